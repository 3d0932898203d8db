/* The publication bar: asks for the note that a step needs, and warns before changes are lost that unsaved.js saw.
   The server checks the note again; without this file the buttons simply post. */
"use strict";
{
    const bar = document.querySelector(".publication-bar__form");
    const main = document.querySelector("#content-main > form[id$='_form']");

    if (bar) {
        const note = bar.querySelector("textarea");
        bar.noValidate = true; // another button may not need the note: only this script asks for it
        note.addEventListener("input", () => note.setCustomValidity(""));
        bar.addEventListener("submit", (event) => {
            const verb = event.submitter;
            if (verb && verb.hasAttribute("data-needs-note") && !note.value.trim()) {
                event.preventDefault();
                note.closest("details").open = true;
                note.setCustomValidity(bar.dataset.noteNeeded);
                note.focus();
                note.reportValidity();
            } else if (main?.dataset.unsaved && !window.confirm(bar.dataset.unsaved)) {
                event.preventDefault();
            } else if (verb && verb.dataset.confirm && !window.confirm(verb.dataset.confirm)) {
                event.preventDefault();
            }
        });
    }
}
