/* The workbench of a schedule. The server draws it and decides everything; this shows what it answers to a move, and takes
   moves back. Without it the table does the same. */

import { all, layOut } from "./schedule_grid.js";
import { isMoving, watchMoves } from "./schedule_moves.js";

const MOST_STEPS = 30; // that can be undone
const bench = document.getElementById("bench");
const told = document.querySelector("[data-told]");
const said = document.getElementById("said");
const form = document.getElementById("schedule_form");
const kept = `schedule-${bench.dataset.event}`;
const steps = read(); // what can be undone, the last one at the end
let busy = false;

/* ---------- talking with the server ---------- */

function tell(text, why = []) {
    told.hidden = false;
    told.classList.toggle("b-said--why", why.length > 0);
    said.textContent = [text, ...why].join("\n");
    told.querySelector("[data-undo]").hidden = steps.length === 0;
}

async function post(address, body) {
    const { version, query } = bench.querySelector(".b-state").dataset;
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const response = await fetch(address + query, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ ...body, seen: version }),
    });
    return { status: response.status, ...(await response.json()) };
}

async function ask(address, body) {
    busy = true;
    bench.setAttribute("aria-busy", "true");
    try {
        return await post(address, body);
    } catch {
        return { status: 0, said: bench.dataset.failed };
    } finally {
        busy = false;
        bench.removeAttribute("aria-busy");
    }
}

async function write(slot, body) {
    const { uid, was, save } = slot.dataset;
    const answer = await ask(save, { ...body, was });
    if (answer.undo) {
        steps.push({ uid, save, was: answer.was, undo: answer.undo });
        remember();
    }
    refresh(answer, uid);
    tell(answer.said, answer.why);
}

async function undo() {
    const step = !busy && !isMoving() && steps.pop();
    if (!step) {
        return;
    }
    const answer = await ask(step.save, { undo: step.undo, was: step.was });
    if (answer.status === 0) {
        steps.push(step);
    }
    remember();
    refresh(answer, step.uid);
    tell(answer.status === 200 ? `${bench.dataset.undone} ${answer.said}` : answer.said, answer.why);
}

function refresh(answer, uid) {
    if (answer.board) {
        const scroll = bench.querySelector(".b-scroll");
        const [left, top] = scroll ? [scroll.scrollLeft, scroll.scrollTop] : [0, 0];
        const strip = bench.querySelector(".b-strip ol").scrollLeft;
        bench.innerHTML = answer.board;
        layOut(bench);
        bench.querySelector(".b-strip ol").scrollLeft = strip;
        bench.querySelector(".b-scroll")?.scrollTo(left, top);
        replaceRows(answer.rows);
    }
    bench.querySelector(`[data-uid="${uid}"]`)?.focus({ preventScroll: true });
}

/* What somebody is typing into the table stays. */
function replaceRows(html) {
    const body = document.getElementById("rows");
    if (!body) {
        return;
    }
    const fresh = document.createElement("tbody");
    fresh.innerHTML = html;
    for (const row of [...fresh.rows]) {
        const old = document.getElementById(row.id);
        if (old && typed(old)) {
            row.replaceWith(old);
        } else if (old) {
            row.querySelector("[name=chosen]").checked = old.querySelector("[name=chosen]").checked;
        }
    }
    body.replaceChildren(...fresh.rows);
}

function typed(row) {
    const changed = (field) => (field.options ? [...field.options].some((each) => each.selected !== each.defaultSelected) : field.value !== field.defaultValue);
    return all("input:not([type=checkbox]), select", row).some(changed);
}

function read() {
    try {
        return JSON.parse(sessionStorage.getItem(kept)) || [];
    } catch {
        return [];
    }
}

function remember() {
    steps.splice(0, Math.max(steps.length - MOST_STEPS, 0));
    sessionStorage.setItem(kept, JSON.stringify(steps));
}

function onUndoKey(event) {
    const writing = event.target.closest?.("input, textarea, select");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey && !writing) {
        event.preventDefault();
        undo();
    }
}

/* ---------- the table ---------- */

/* A row that came with a move has only the place where the slot is; the others stand in the list of an act below. */
function fill(select) {
    if (!("lean" in select.dataset)) {
        return;
    }
    delete select.dataset.lean;
    for (const option of document.getElementById("id_to").options) {
        if (option.value !== select.value && (option.value || !select.querySelector("[value='']"))) {
            select.add(option.cloneNode(true));
        }
    }
}

function watchTable() {
    let sending = false;
    form.addEventListener("focusin", (event) => event.target.name?.endsWith("-place") && fill(event.target));
    const boxes = () => all("[name=chosen]", form);
    const every = form.querySelector("[data-all]");
    every.hidden = false;
    every.addEventListener("change", () => boxes().forEach((box) => { box.checked = every.checked; }));
    form.addEventListener("submit", (event) => {
        const ask = event.submitter?.dataset.confirm;
        if (ask && !window.confirm(ask)) {
            event.preventDefault();
            return;
        }
        sending = true;
    });
    window.addEventListener("beforeunload", (event) => {
        if (!sending && all("tr", form).some(typed)) {
            event.preventDefault();
        }
    });
}

/* The earliest slot of the day is in sight, and the first place where something is on. */
function lookAtFirst() {
    const scroll = bench.querySelector(".b-scroll");
    const slots = scroll ? all(".b-track .b-slot", scroll) : [];
    if (slots.length) {
        const left = slots[0].closest(".b-column").offsetLeft;
        scroll.scrollTo(left - 80, Math.min(...slots.map((slot) => slot.offsetTop)) - 12);
    }
}

layOut(bench);
lookAtFirst();
bench.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
bench.addEventListener("click", (event) => {
    const link = event.target.closest("[data-show]");
    const slot = link && bench.querySelector(`.b-slot[data-uid="${link.dataset.show}"]`);
    if (slot) {
        event.preventDefault();
        slot.scrollIntoView({ block: "center", inline: "center" });
        slot.focus();
    }
});
if ("edit" in bench.dataset) {
    watchMoves({ write, tell, say: (text) => { said.textContent = text; }, busy: () => busy });
    window.addEventListener("keydown", onUndoKey);
    told.querySelector("[data-undo]").addEventListener("click", undo);
    told.querySelector("[data-close]").addEventListener("click", () => { told.hidden = true; });
    if (form) {
        watchTable();
    }
}
