// <ax-upload data-max-bytes="…">: shows the chosen pictures and refuses a file that the server would refuse.
import { Part, define } from "../dom";

class Upload extends Part {
  protected start(signal: AbortSignal): void {
    this.addEventListener("change", () => this.preview(), { signal });
  }

  private preview(): void {
    const input = this.querySelector<HTMLInputElement>("input[type=file]");
    const place = this.querySelector(".upload-previews");
    if (!input || !place) return;
    const files = [...(input.files ?? [])];
    const limit = Number(this.dataset.maxBytes ?? 0);
    const tooLarge = files.find((file) => limit > 0 && file.size > limit);
    input.setCustomValidity(tooLarge ? this.text("large").replace("{name}", tooLarge.name) : "");
    input.reportValidity();
    place.replaceChildren(...files.map((file) => this.show(file)));
  }

  private show(file: File): HTMLElement {
    if (!file.type.startsWith("image/")) {
      const name = document.createElement("span");
      name.className = "pill";
      name.textContent = file.name;
      return name;
    }
    const picture = document.createElement("img");
    picture.className = "thumb";
    picture.alt = file.name;
    picture.src = URL.createObjectURL(file);
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
    return picture;
  }
}

define("ax-upload", Upload);
