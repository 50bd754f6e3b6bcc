// Everything here is an enhancement: each page works without it.
import htmx from "htmx.org";
import "./elements/anchors";
import "./elements/autosave";
import "./elements/chart";
import "./elements/countdown";
import "./elements/feed";
import "./elements/gallery";
import "./elements/hints";
import "./elements/keys";
import "./elements/live-list";
import "./elements/progress";
import "./elements/sku-picker";
import "./elements/stepper";
import "./elements/suggest";
import "./elements/talk";
import "./elements/upload";
import "./elements/verdict";
import "./elements/video-upload";
import { wireComments } from "./comments";
import { wireDialogs } from "./dialogs";
import { wireForms } from "./forms";
import { wireMenus } from "./menus";
import { wirePost } from "./posts";
import { wireShelves } from "./shelves";
import { wireTables } from "./tables";
import { wireTabs } from "./tabs";
import { rememberZone } from "./zone";

// The content security policy allows neither inline styles nor evaluated code.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.defaultSettleDelay = 0; // what is shown is alive at once: no choice in it is lost
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
  if (token) (event as CustomEvent).detail.headers["X-CSRFToken"] = token;
});

rememberZone();
wireComments();
wireDialogs();
wireForms();
wireMenus();
wireTables();
wireTabs();
wirePost();
wireShelves();
