/* Opening hours: what makes the week grid quick. Without this file each button posts, and the server does the same. */
"use strict";
{
    const CELLS = ["state", "opens", "closes", "last", "more"];
    const main = document.getElementById("content-main");
    const dirty = new Set();

    const cell = (form, name, day) => form.querySelector(`[data-cell="${name}"][data-day="${day}"]`);
    const two = (number) => String(number).padStart(2, "0");

    /* "9", "900", "0900", "9:00", "9.00" and full-width figures; anything else is left for the server to refuse. */
    function time(text) {
        const found = text.normalize("NFKC").replaceAll(" ", "").match(/^(\d{1,2}?)(?:[:.]?([0-5]\d))?$/);
        return found && Number(found[1]) <= 48 ? `${two(found[1])}:${found[2] || "00"}` : text;
    }

    /* "9:00-16:30 (16:00), 18-21" pasted into the first cell goes where it belongs. */
    function spread(form, input) {
        const text = input.value.normalize("NFKC").replace(/[–—~至到]/g, "-").replaceAll("、", ",");
        const [first, ...others] = text.split(/[,;]/);
        const found = first.match(/^\s*([\d:.]+)\s*-\s*([\d:.]+)\s*(?:\(\D*([\d:.]+)\D*\))?\s*$/);
        const day = input.dataset.day;
        if (!found) {
            return false;
        }
        input.value = time(found[1]);
        cell(form, "closes", day).value = time(found[2]);
        cell(form, "last", day).value = found[3] ? time(found[3]) : "";
        if (others.length) {
            cell(form, "more", day).value = others.map((each) => each.trim()).join(", ");
            form.dataset.more = "";
        }
        return true;
    }

    /* A closed day has no hours; they come back when it is open again. */
    function follow(form, day) {
        const state = cell(form, "state", day);
        const closed = state.value === "closed";
        for (const name of CELLS.slice(1)) {
            const input = cell(form, name, day);
            if (closed && !input.disabled && input.getAttribute("aria-invalid") !== "true") {
                input.dataset.kept = input.value;
                input.value = "";
            } else if (!closed && input.disabled) {
                input.value = input.value || input.dataset.kept || "";
            }
            input.disabled = closed && input.getAttribute("aria-invalid") !== "true";
        }
        state.dataset.value = state.value;
    }

    function copy(form, source, targets) {
        for (const day of targets) {
            cell(form, "state", day).value = cell(form, "state", source).value;
            for (const name of CELLS.slice(1)) {
                const input = cell(form, name, day);
                input.removeAttribute("aria-invalid");
                input.value = cell(form, name, source).value;
                input.dataset.kept = input.value;
            }
            follow(form, day);
            const row = cell(form, "state", day).closest("tr");
            row.classList.remove("h-changed");
            void row.offsetWidth; // starts the animation anew
            row.classList.add("h-changed");
        }
        dirty.add(form);
    }

    function onChange(form, input) {
        const day = input.dataset.day;
        if (input.dataset.cell === "state") {
            input.removeAttribute("aria-invalid");
            follow(form, day);
            return;
        }
        if (input.dataset.cell !== "more" && !(input.dataset.cell === "opens" && spread(form, input))) {
            input.value = time(input.value);
        }
        const state = cell(form, "state", day);
        if (input.value && state.value === "") {
            state.value = "open";
            state.dataset.value = "open";
        }
    }

    function onKey(form, event) {
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        const { cell: name, day } = event.target.dataset;
        if (!step || !name || name === "state") {
            return;
        }
        for (let at = Number(day) + step; at >= 0 && at < 7; at += step) {
            const next = cell(form, name, at);
            if (!next.disabled) {
                event.preventDefault();
                next.focus();
                next.select();
                return;
            }
        }
    }

    function startWeek(form) {
        form.dataset.ready = "";
        for (let day = 0; day < 7; day += 1) {
            follow(form, day);
        }
        const more = form.querySelector(".h-more-button");
        more.hidden = "more" in form.dataset;
        more.addEventListener("click", () => {
            form.dataset.more = "";
            more.hidden = true;
            form.querySelector("td.h-more input:enabled").focus();
        });
        form.addEventListener("change", (event) => {
            if (event.target.dataset.cell) {
                onChange(form, event.target);
            }
        });
        form.addEventListener("keydown", (event) => onKey(form, event));
        form.addEventListener("click", (event) => {
            const button = event.target.closest("button[value^=copy-]");
            if (button) {
                event.preventDefault();
                const [, source, targets] = button.value.split("-");
                copy(form, source, [...targets]);
            }
        });
    }

    /* Saving one form must not lose what waits in another. */
    function watch(form) {
        form.addEventListener("input", () => dirty.add(form));
        form.addEventListener("submit", (event) => {
            const others = [...dirty].some((each) => each !== form);
            if (others && !window.confirm(main.dataset.unsaved)) {
                event.preventDefault();
                return;
            }
            dirty.clear();
        });
    }

    /* The year is one stop of the Tab key; arrows go from day to day. */
    function rove(box) {
        const days = [...box.querySelectorAll(".h-day")];
        const start = days.find((day) => day.classList.contains("h-day--today")) || days[0];
        days.forEach((day) => { day.tabIndex = day === start ? 0 : -1; });
        box.addEventListener("keydown", (event) => {
            const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
            const at = days.indexOf(document.activeElement);
            const next = step && days[at + step];
            if (at >= 0 && next) {
                event.preventDefault();
                days[at].tabIndex = -1;
                next.tabIndex = 0;
                next.focus();
            }
        });
    }

    function startHoliday(form) {
        form.addEventListener("click", (event) => {
            const button = event.target.closest("button[value^=choose-]");
            if (!button) {
                return;
            }
            event.preventDefault();
            const kind = button.value.slice("choose-".length);
            for (const box of form.querySelectorAll("input[name=venues]")) {
                box.checked = kind === "all" || (kind !== "none" && (box.checked || box.dataset.kind === kind));
            }
        });
    }

    document.querySelectorAll(".h-week").forEach(startWeek);
    document.querySelectorAll(".h-week, .h-exception-form").forEach(watch);
    document.querySelectorAll("[data-roving]").forEach(rove);
    document.querySelectorAll("#holiday_form").forEach(startHoliday);
    window.addEventListener("beforeunload", (event) => {
        if (dirty.size) {
            event.preventDefault();
        }
    });
}
