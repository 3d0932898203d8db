/* Whoever leaves a form with changes that are not saved is asked first; a refused form is one. What scripts write into
   a field without a keystroke (a mark on a picture) they tell by an "input" event. */
"use strict";
{
    const form = document.querySelector("#content-main > form[id$='_form']");
    let leaving = false; // by a button that saves, or one that asked already

    if (form && form.querySelector(".submit-row input[type=submit]")) {
        form.dataset.unsaved = document.querySelector(".errornote") ? "true" : "";
        const changed = () => { form.dataset.unsaved = "true"; };
        form.addEventListener("input", changed);
        form.addEventListener("change", changed);
        // Django's calendar and clock write, then go to the field.
        form.addEventListener("focusin", ({ target }) => target.matches("input") && target.value !== target.defaultValue && changed());
        // What select2 says only jQuery hears; Django's scripts say it of every select when the page is read.
        const first = new Map([...form.querySelectorAll("select")].map((select) => [select, select.value]));
        django.jQuery(form).on("change", "select", ({ target }) => target.value === (first.get(target) ?? "") || changed());
        document.addEventListener("formset:removed", changed);
        window.addEventListener("submit", (event) => {
            leaving = !event.defaultPrevented && event.target.matches("#content-main > form, .publication-bar__form");
        });
        window.addEventListener("pageshow", () => { leaving = false; });
        window.addEventListener("beforeunload", (event) => {
            if (form.dataset.unsaved && !leaving) {
                event.preventDefault();
            }
        });
    }
}
