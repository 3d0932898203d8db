/* What fields that search (Django's autocomplete) tell of a row beside its name: a picture and a second line, in the
   list, in the field, and in the cells of the same row of a form that wait for them.

   The answers carry "thumbnail" and "line" (core/admin/picker.py); the option that was chosen before has them as data-.
   All of it is text of editors, so it becomes text and an address, never HTML. select2 is told by its defaults, so new
   rows have it as well; Django's autocomplete.js starts the fields later, when the page is read.
*/
"use strict";
{
    const $ = django.jQuery;
    const MARGIN = 8; // between a list and the window's edge, in pixels
    const NONE = "–";

    const told = (data) => ({
        thumbnail: data.thumbnail || data.element?.dataset.thumbnail || "",
        line: data.line || data.element?.dataset.line || "",
    });

    function make(tag, name, text = "") {
        const made = document.createElement(tag);
        made.className = name;
        made.textContent = text;
        return made;
    }

    function picture(address, name) {
        const made = make("img", name);
        made.alt = "";
        made.src = address;
        return made;
    }

    function show(data, withPicture = true) {
        const { thumbnail, line } = told(data);
        if (!thumbnail && !line) {
            return data.text;
        }
        const shown = make("span", "x-pick");
        if (thumbnail && withPicture) {
            shown.append(picture(thumbnail, "x-pick__picture"));
        }
        const words = make("span", "x-pick__words");
        words.append(make("span", "x-pick__name", data.text), make("span", "x-pick__line", line));
        shown.append(words);
        return shown;
    }

    /* The cells of the select's row that show one of its parts. */
    function cells(select, part) {
        const row = select?.closest("tr.form-row, .inline-related");
        return row ? [...row.querySelectorAll(`[data-picker-${part}="${select.dataset.fieldName}"]`)] : [];
    }

    /* A picture stands once in a row. */
    const shownElsewhere = (data) => cells(data.element?.closest("select"), "thumbnail").length > 0;

    $.fn.select2.defaults.set("templateResult", (data) => show(data));
    $.fn.select2.defaults.set("templateSelection", (data) => show(data, !shownElsewhere(data)));

    function chosen(select) {
        const option = select.selectedOptions[0];
        const data = $(select).data("select2") ? $(select).select2("data")[0] : null;
        return data || { id: option?.value, text: option?.text, element: option };
    }

    function fillCells(select) {
        const { thumbnail, line } = told(chosen(select));
        for (const cell of cells(select, "line")) {
            cell.textContent = line || NONE;
        }
        for (const cell of cells(select, "thumbnail")) {
            if (cell.querySelector("img")?.getAttribute("src") !== thumbnail) {
                cell.replaceChildren(thumbnail ? picture(thumbnail, "thumb") : NONE);
            }
        }
    }

    /* A pop-up names what it wrote and tells no more. */
    async function ask(select) {
        const id = select.value;
        const asked = new URL(select.getAttribute("data-ajax--url"), window.location);
        const { appLabel, modelName, fieldName } = select.dataset;
        asked.search = new URLSearchParams({ id, app_label: appLabel, model_name: modelName, field_name: fieldName });
        const answer = await fetch(asked, { cache: "no-store" }).then((said) => (said.ok ? said.json() : null), () => null);
        const found = answer?.results[0];
        if (!found || select.value !== id) {
            return; // refused, or another one was chosen meanwhile: the name alone is shown
        }
        Object.assign(chosen(select), { thumbnail: "", line: "" }, found);
        $(select).trigger("change.select2"); // select2 draws it anew
        fillCells(select);
    }

    function onChange(event) {
        const select = event.currentTarget;
        const { thumbnail, line } = told(chosen(select));
        fillCells(select);
        const written = event.target !== select; // the pop-up of a change says so of the option
        if (select.value && (written ? event.target.selected : !thumbnail && !line)) {
            ask(select);
        }
    }

    /* select2 sets the list under its field, also where that reaches over the window's edge. */
    function keepInside() {
        const list = document.querySelector(".select2-container--open .select2-dropdown");
        if (!list) {
            return;
        }
        list.style.marginLeft = "";
        const box = list.getBoundingClientRect();
        const over = box.right - (document.documentElement.clientWidth - MARGIN);
        list.style.marginLeft = over > 0 ? `${-Math.min(over, box.left - MARGIN)}px` : "";
    }

    function onOpen(event) {
        const list = document.querySelector(".select2-container--open .select2-dropdown");
        list?.classList.toggle("x-picks", event.target.matches("[data-picker]"));
        keepInside();
    }

    // What select2 and Django's pop-ups say is said by jQuery: no other listener hears it.
    $(document).on("change", "select[data-picker]", onChange);
    $(document).on("select2:open", onOpen);
    window.addEventListener("resize", keepInside);
    document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("select[data-picker]").forEach(fillCells));
}
