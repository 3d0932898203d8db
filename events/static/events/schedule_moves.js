/* Moving a slot: by pointer (mouse, finger, pen) or by keys. What moves is a ghost; the slot itself stays where it is until
   the move is kept, and the server has taken it. */

import { STEP, SCALE, all, clock, counted, later, snap, stand } from "./schedule_grid.js";

const HOLD = 350; // milliseconds until a finger drags instead of scrolling
const EDGE = 48; // pixels from an edge of the timetable where it scrolls by itself
const bench = document.getElementById("bench");
let board = null; // what is done with a move: ``write``, ``tell``, ``say``; ``busy`` while the server is asked
let drag = null; // what moves, until it is kept or put back
let press = null; // a pointer that is down

const grid = () => bench.querySelector(".b-grid");
const number = (text) => (text === undefined ? null : Number(text));

export const isMoving = () => drag !== null;

export function watchMoves(given) {
    board = given;
    bench.addEventListener("pointerdown", onDown);
    window.addEventListener("pointermove", onMove);
    window.addEventListener("pointerup", onUp);
    window.addEventListener("pointercancel", onLost);
    bench.addEventListener("touchmove", (event) => drag && event.preventDefault(), { passive: false });
    bench.addEventListener("contextmenu", (event) => (drag || press?.waits) && event.preventDefault());
    bench.addEventListener("focusout", () => drag && !drag.press && keep());
    window.addEventListener("keydown", onKey);
}

/* ---------- a move that is not kept yet ---------- */

function begin(slot, how) {
    const start = number(slot.dataset.start);
    const column = slot.closest(".b-column");
    const from = { start, end: number(slot.dataset.end), column };
    drag = { slot, how, from, now: { ...from, day: null }, open: start === null || "open" in slot.dataset };
    drag.length = start === null ? 60 : from.end - start;
    drag.ghost = document.createElement("div");
    drag.ghost.className = "b-ghost";
    drag.label = document.createElement("strong");
    drag.ghost.append(drag.label, slot.querySelector(".b-name").textContent);
    slot.classList.add("b-slot--lifted");
    bench.dataset.moving = "";
}

function show(now) {
    drag.now = { ...drag.now, ...now };
    const { start, end, column, day } = drag.now;
    for (const tab of all("[data-drop-day]", bench)) {
        tab.classList.toggle("b-day--over", tab === day);
    }
    if (!column || start === null || day) {
        drag.ghost.remove();
        return;
    }
    column.querySelector(".b-track").append(drag.ghost);
    stand(drag.ghost, grid(), start, end);
    drag.label.textContent = words(start, end);
}

function words(start, end) {
    return drag.open && drag.how !== "stretch" ? `${clock(start)} (${bench.dataset.until})` : `${clock(start)}–${clock(end)}`;
}

function stop() {
    drag.ghost.remove();
    drag.slot.classList.remove("b-slot--lifted");
    all(".b-day--over", bench).forEach((tab) => tab.classList.remove("b-day--over"));
    delete bench.dataset.moving;
    const { slot, from, now, how, open } = drag;
    drag = null;
    return { slot, from, now, keepsOpen: open && how !== "stretch" };
}

function cancel() {
    stop().slot.focus({ preventScroll: true });
    board.tell(bench.dataset.cancelled);
}

function keep() {
    const { slot, from, now, keepsOpen } = stop();
    const moved = now.day || now.start !== from.start || now.end !== from.end || now.column !== from.column;
    if (moved && (now.start !== null || now.day)) {
        board.write(slot, cells(slot, from, now, keepsOpen));
    }
}

/* What is written, as a row of the table has it. The time of day stays where a slot is dropped on another day. */
function cells(slot, from, now, keepsOpen) {
    const [date, start, end, place] = slot.dataset.was.split("|");
    if (now.day) {
        return { date: now.day.dataset.dropDay, start, end, place };
    }
    const day = bench.querySelector(".b-state").dataset.day;
    const added = Math.floor(now.start / 1440);
    const shown = now.column ? now.column.dataset.column : place;
    return {
        date: added ? later(day, added) : day,
        start: clock(now.start),
        end: keepsOpen ? "" : counted(now.end - added * 1440),
        place: now.column === from.column ? place : shown,
    };
}


/* ---------- dragging ---------- */

function onDown(event) {
    const slot = event.target.closest(".b-slot[data-save]");
    if (!slot || event.button !== 0 || board.busy() || drag) {
        return;
    }
    const how = event.target.closest("[data-grip]") ? "stretch" : "move";
    const box = slot.getBoundingClientRect();
    press = { slot, how, x: event.clientX, y: event.clientY, lift: event.clientY - box.top, id: event.pointerId };
    if (event.pointerType === "touch" && how === "move") {
        press.timer = window.setTimeout(start, HOLD);
        press.waits = true;
    }
}

function start() {
    begin(press.slot, press.how);
    drag.press = press;
    press.waits = false;
    show({});
}

function onMove(event) {
    if (!press || event.pointerId !== press.id) {
        return;
    }
    const far = Math.hypot(event.clientX - press.x, event.clientY - press.y) > 5;
    if (press.waits) {
        if (far) {
            drop();
        }
        return;
    }
    if (!drag && far) {
        start();
    }
    if (drag) {
        event.preventDefault();
        [press.atX, press.atY] = [event.clientX, event.clientY];
        follow();
        scrollAtEdge();
    }
}

/* The ghost to where the pointer is. */
function follow() {
    const { atX: x, atY: y, lift, how } = press;
    const under = document.elementFromPoint(x, y);
    const day = how === "move" && under?.closest("[data-drop-day]:not([aria-current])");
    if (day && (drag.from.start !== null || day.dataset.dropDay !== "none")) {
        show({ day });
        return;
    }
    const column = columnAt(x) || drag.now.column;
    if (!grid() || !column) {
        return;
    }
    const track = column.querySelector(".b-track").getBoundingClientRect();
    const first = Number(grid().dataset.first);
    const at = (pixels) => snap(first + (pixels - track.top) / SCALE);
    if (how === "stretch") {
        show({ day: null, end: Math.max(at(y), drag.from.start + STEP) });
    } else if (drag.from.start === null && !under?.closest(".b-scroll")) {
        show({ day: null, start: null, column: null });
    } else {
        const start = Math.max(at(y - (drag.from.start === null ? 8 : lift)), first);
        show({ day: null, start, end: start + drag.length, column });
    }
}

function columnAt(x) {
    return all(".b-column", bench).find((each) => {
        const box = each.getBoundingClientRect();
        return box.left <= x && x < box.right;
    });
}

function scrollAtEdge() {
    const scroll = bench.querySelector(".b-scroll");
    if (!scroll || press.scrolling) {
        return;
    }
    const step = () => {
        const box = scroll.getBoundingClientRect();
        const speed = (low, high, at) => (at < low + EDGE ? -8 : at > high - EDGE ? 8 : 0);
        const inside = press && drag && press.atY > box.top - EDGE && press.atY < box.bottom + EDGE;
        const [x, y] = inside ? [speed(box.left + 60, box.right, press.atX), speed(box.top + 40, box.bottom, press.atY)] : [0, 0];
        if (press) {
            press.scrolling = Boolean(x || y);
        }
        if (x || y) {
            scroll.scrollBy(x, y);
            follow();
            window.requestAnimationFrame(step);
        }
    };
    step();
}

function drop() {
    window.clearTimeout(press?.timer);
    press = null;
}

function onUp(event) {
    if (!press || event.pointerId !== press.id) {
        return;
    }
    const dragged = drag?.press === press;
    drop();
    if (dragged) {
        window.addEventListener("click", swallow, { capture: true, once: true });
        window.setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 50);
        keep();
    }
}

/* A drag that ends on a link is no click on it. */
function swallow(event) {
    event.preventDefault();
    event.stopPropagation();
}

function onLost() {
    const dragged = drag && drag.press === press;
    drop();
    if (dragged) {
        cancel();
    }
}

/* ---------- keys ---------- */

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function onKey(event) {
    if (drag && event.key === "Escape") {
        event.preventDefault();
        drop();
        cancel();
        return;
    }
    const slot = event.target.closest?.(".b-slot[data-save]");
    if (drag && !drag.press && event.key === "Enter") {
        event.preventDefault();
        keep();
    } else if (slot && ARROWS[event.key] && !event.ctrlKey && !event.metaKey && grid() && !press) {
        event.preventDefault();
        if (!board.busy()) {
            nudge(slot, ...ARROWS[event.key], event);
        }
    }
}

function nudge(slot, across, down, { altKey, shiftKey }) {
    if (!drag) {
        begin(slot, altKey ? "stretch" : "move");
    } else if (altKey) {
        drag.how = "stretch";
    }
    const columns = all(".b-column", bench);
    const { start, end, column } = drag.now;
    if (start === null) { // it had no time: the first full hour, to go on from there
        const first = Number(grid().dataset.first);
        const own = columns.find((each) => each.dataset.column === slot.dataset.was.split("|")[3]);
        show({ start: first, end: first + drag.length, column: own || columns[0] });
    } else if (across) {
        show({ column: columns[columns.indexOf(column) + across] || column });
    } else {
        const by = down * (shiftKey ? 60 : STEP);
        show(altKey ? { end: Math.max(end + by, start + STEP) } : { start: start + by, end: end + by });
    }
    drag.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
    const name = drag.now.column?.getAttribute("aria-label") || "";
    board.say(`${words(drag.now.start, drag.now.end)} ${name}`);
}
