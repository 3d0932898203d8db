/* Tabs for translated text (templates/core/widgets/translated.html).

   One choice of language holds for all translated fields of the page, and of the next pages. Ids of tabs and panels
   come from a counter of our own: the admin renumbers the ids of inline rows, not the attributes that point to them.
*/
"use strict";
{
    const KEY = "core.language";
    let counter = 0;

    // localStorage throws where the browser forbids it.
    const remembered = () => {
        try {
            return window.localStorage.getItem(KEY);
        } catch {
            return null;
        }
    };
    const remember = (language) => {
        try {
            window.localStorage.setItem(KEY, language);
        } catch { /* the choice then holds for this page only */ }
    };

    const fields = () => document.querySelectorAll(".x-translated[data-ready]");
    const panels = (field) => [...field.querySelectorAll(".x-translated__panel")];
    const input = (panel) => panel.querySelector("input, textarea");
    const tabs = (field) => [...field.querySelectorAll("[role=tab]")];

    function choose(field, language) {
        const known = panels(field).some((panel) => panel.dataset.lang === language);
        const chosen = known ? language : field.dataset.default;
        for (const panel of panels(field)) {
            panel.hidden = panel.dataset.lang !== chosen;
        }
        for (const tab of tabs(field)) {
            const selected = tab.dataset.lang === chosen;
            tab.setAttribute("aria-selected", selected);
            tab.tabIndex = selected ? 0 : -1;
        }
    }

    function chooseEverywhere(language, tab) {
        // The fields above change their height: keep the tab under the pointer where it is.
        const before = tab.getBoundingClientRect().top;
        fields().forEach((field) => choose(field, language));
        window.scrollBy({ top: tab.getBoundingClientRect().top - before, behavior: "instant" });
        remember(language);
    }

    /* An empty language is "missing" only once another one is written (or the field must be): an optional field that
       is empty throughout lacks nothing. */
    function stateOf(field, panel) {
        if (input(panel).value.trim()) {
            return "written";
        }
        const all = panels(field);
        const source = all.find((other) => other.dataset.lang === panel.dataset.from);
        if (source && input(source).value.trim()) {
            return "derived";
        }
        const needed = "required" in field.dataset || all.some((other) => input(other).value.trim());
        return needed ? "missing" : "empty";
    }

    function mark(field) {
        for (const panel of panels(field)) {
            const state = stateOf(field, panel);
            const tab = tabs(field).find((each) => each.dataset.lang === panel.dataset.lang);
            tab.dataset.state = state;
            tab.querySelector(".x-tab__state").textContent =
                state === "missing" || state === "derived" ? field.dataset[state] : "";
            const note = panel.querySelector(".x-translated__note");
            if (note) {
                note.hidden = state !== "derived";
            }
        }
    }

    /* The server converts; what it showed is out of date as soon as the source is edited. */
    function forgetConverted(field, language) {
        for (const panel of panels(field)) {
            if (panel.dataset.from === language) {
                input(panel).placeholder = field.dataset.convertedLater;
            }
        }
    }

    function onKey(field, event) {
        const all = tabs(field);
        const at = all.indexOf(event.target);
        const to = {
            ArrowRight: (at + 1) % all.length,
            ArrowLeft: (at - 1 + all.length) % all.length,
            Home: 0,
            End: all.length - 1,
        }[event.key];
        if (at >= 0 && to !== undefined) {
            event.preventDefault();
            chooseEverywhere(all[to].dataset.lang, all[to]);
            all[to].focus();
        }
    }

    function makeTab(panel, number) {
        const label = panel.querySelector(".x-translated__label");
        const tab = document.createElement("button");
        tab.type = "button";
        tab.className = "x-tab";
        tab.dataset.lang = panel.dataset.lang;
        tab.setAttribute("role", "tab");
        tab.id = `x-tab-${number}-${panel.dataset.lang}`;
        const name = document.createElement("span");
        name.lang = panel.dataset.lang;
        name.textContent = label.firstChild.textContent.trim();
        const dot = document.createElement("span");
        dot.className = "x-tab__dot";
        dot.setAttribute("aria-hidden", "true");
        const state = document.createElement("span");
        state.className = "x-tab__state";
        tab.append(name, dot, " ", state);
        panel.id = `x-panel-${number}-${panel.dataset.lang}`;
        panel.setAttribute("role", "tabpanel");
        panel.setAttribute("aria-labelledby", tab.id);
        tab.setAttribute("aria-controls", panel.id);
        return tab;
    }

    function start(field) {
        if ("ready" in field.dataset || field.closest(".empty-form")) {
            return; // the row that new rows are copied from stays plain
        }
        const number = ++counter;
        const list = document.createElement("div");
        list.className = "x-tabs";
        list.setAttribute("role", "tablist");
        list.setAttribute("aria-label", field.dataset.label);
        list.append(...panels(field).map((panel) => makeTab(panel, number)));
        field.prepend(list);
        field.dataset.ready = "";
        list.addEventListener("click", (event) => {
            const tab = event.target.closest("[role=tab]");
            if (tab) {
                chooseEverywhere(tab.dataset.lang, tab);
            }
        });
        list.addEventListener("keydown", (event) => onKey(field, event));
        field.addEventListener("input", (event) => {
            forgetConverted(field, event.target.lang);
            mark(field);
        });
        mark(field);
        // A refused field whose default language is empty: that is what the error asks for, so show it.
        const first = panels(field).find((panel) => panel.dataset.lang === field.dataset.default);
        const refused = input(first).getAttribute("aria-invalid") === "true" && !input(first).value.trim();
        choose(field, refused ? field.dataset.default : remembered());
    }

    const startAll = (root) => root.querySelectorAll(".x-translated").forEach(start);

    // The field's label points to the default language; with another one chosen it should reach what is shown.
    document.addEventListener("click", (event) => {
        const label = event.target.closest("label");
        const panel = label && label.control && label.control.closest(".x-translated__panel[hidden]");
        if (panel) {
            event.preventDefault();
            input(panel.parentElement.querySelector(".x-translated__panel:not([hidden])")).focus();
        }
    });
    document.addEventListener("formset:added", (event) => startAll(event.target));
    if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", () => startAll(document));
    } else {
        startAll(document);
    }
}
