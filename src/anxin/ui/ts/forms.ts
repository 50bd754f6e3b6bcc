// Small helps for forms: ask before a dangerous step, send once, tick all, submit on change, close a notice.
export function wireForms(): void {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("change", onChange);
  document.addEventListener("click", (event) => {
    const close = (event.target as Element).closest("[data-closes]");
    if (close) close.closest(close.getAttribute("data-closes") ?? "")?.remove();
    const ready = (event.target as Element).closest<HTMLElement>("[data-inserts]");
    if (ready) insert(ready);
    if ((event.target as Element).closest("[data-prints]")) window.print();
  });
  document.querySelector<HTMLElement>('main form [aria-invalid="true"], main form [data-faulty]')?.focus(); // the first that is to be mended
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sending]")) delete form.dataset.sending;
  });
}

/** Put words that are kept ready under what is written in the form's text already. */
function insert(ready: HTMLElement): void {
  const text = ready.closest("form")?.querySelector<HTMLTextAreaElement>("textarea");
  if (!text) return;
  text.value = [text.value.trim(), ready.dataset.inserts].filter(Boolean).join("\n");
  ready.closest("details")?.removeAttribute("open");
  text.focus();
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const question = (event.submitter as HTMLElement | null)?.dataset.confirm ?? form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sending) event.preventDefault();
  else form.dataset.sending = "yes";
}

function onChange(event: Event): void {
  const input = event.target as HTMLInputElement;
  if (input.dataset.ticks) {
    for (const box of document.querySelectorAll<HTMLInputElement>(`input[type="checkbox"][name="${input.dataset.ticks}"]`))
      box.checked = input.checked;
  }
  if (input.hasAttribute("data-submits")) input.form?.requestSubmit();
}
