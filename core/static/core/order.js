/* Rows that stand in an order (core/admin/rows.py): beside the number two buttons move a row, and number all of them.

   The number is the field; where a row stands on the page follows. Django names the rows anew as they stand when a new
   one is taken out again: for that moment they go back to where their names belong. */
"use strict";
{
    const rowOf = (input) => input.closest("tr.form-row, .inline-related");
    const inputOf = (row) => row.querySelector("[data-earlier]");
    const groupOf = (row) => row.closest(".inline-group");
    const rows = (group) => [...group.querySelectorAll("[data-earlier]")].map(rowOf).filter((row) => !row.matches(".empty-form"));
    const nameIndex = (row) => Number(/-(\d+)-\w+$/.exec(inputOf(row).name)[1]);
    const place = (row) => (inputOf(row).value === "" ? Infinity : Number(inputOf(row).value));
    const later = (one, other) => (one === other ? 0 : one - other); // of two infinities neither

    function stand(group, all) {
        const after = group.querySelector(".empty-form");
        all.forEach((row) => after.before(row));
        refresh(group);
    }

    function refresh(group) {
        const all = rows(group);
        all.forEach((row, at) => {
            const [up, down] = row.querySelectorAll(".x-order button");
            up.disabled = at === 0;
            down.disabled = at === all.length - 1;
        });
    }

    function move(button, by) {
        const group = groupOf(button);
        const all = rows(group);
        const row = rowOf(button);
        const at = all.indexOf(row);
        all.splice(at, 1);
        all.splice(at + by, 0, row);
        all.forEach((each, number) => { inputOf(each).value = number; });
        stand(group, all);
        inputOf(row).dispatchEvent(new Event("input", { bubbles: true }));
        (button.disabled ? button.parentElement.querySelector("button:enabled") : button).focus();
    }

    function start(row) {
        const input = inputOf(row);
        const beside = document.createElement("span");
        beside.className = "x-order";
        input.before(beside);
        beside.append(input);
        for (const [words, by] of [[input.dataset.earlier, -1], [input.dataset.later, 1]]) {
            const button = document.createElement("button");
            button.type = "button";
            button.title = words;
            button.setAttribute("aria-label", words);
            button.addEventListener("click", () => move(button, by));
            beside.append(button);
        }
    }

    document.addEventListener("click", (event) => {
        const group = event.target.closest(".inline-deletelink") && groupOf(event.target);
        if (group && rows(group).length) {
            stand(group, rows(group).sort((one, other) => nameIndex(one) - nameIndex(other)));
            window.setTimeout(() => stand(group, rows(group).sort((one, other) => later(place(one), place(other)))));
        }
    }, { capture: true });
    document.addEventListener("formset:added", (event) => {
        if (event.target.querySelector("[data-earlier]")) {
            start(event.target);
            refresh(groupOf(event.target));
        }
    });
    document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".inline-group").forEach((group) => {
        rows(group).forEach(start);
        refresh(group);
    }));
}
