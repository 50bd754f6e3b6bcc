// Comments below a post and in the feed's sheet: another order, earlier ones and more replies come without leaving.
import { PART } from "./dom";

export function wireComments(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>(".comments a:is([data-anew], [data-earlier], [data-replies])");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void follow(link);
  });
}

/** Bring what a link leads to; a server that cannot be reached leaves the link where it is. */
async function follow(link: HTMLAnchorElement): Promise<void> {
  const answer = await fetch(link.dataset.anew ?? link.dataset.earlier ?? link.href, { headers: PART }).catch(() => null);
  if (!answer?.ok || !link.isConnected) return;
  const place = document.createElement("template");
  place.innerHTML = await answer.text();
  const box = link.closest(".comments");
  const fresh = place.content.querySelector(".comments");
  if (link.dataset.anew !== undefined) {
    if (fresh) box?.replaceWith(fresh);
    return;
  }
  const next = place.content.querySelector(link.dataset.earlier === undefined ? "a[data-replies]" : "a[data-earlier]");
  const list = link.dataset.earlier === undefined ? link.parentElement?.querySelector(":scope > ul") : box?.querySelector(":scope > .comment-list");
  const known = new Set([...(list?.querySelectorAll(".comment") ?? [])].map((each) => each.id));
  for (const item of place.content.querySelectorAll(".comment-list > li"))
    if (!known.has(item.querySelector(".comment")?.id ?? "")) list?.append(item);
  if (next) link.replaceWith(next);
  else link.remove();
}
