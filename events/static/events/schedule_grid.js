/* Where the slots of a timetable stand. Minutes count from the shown day's midnight on the district's clocks, so the zone
   of the browser does not matter. */

export const SCALE = 1.2; // pixels a minute
export const STEP = 5; // minutes

const two = (number) => String(number).padStart(2, "0");
const SHORT = 40; // minutes: one line of text
const MIDDLE = 60; // two

export const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
export const snap = (minutes) => Math.round(minutes / STEP) * STEP;
/* 25:30 where hours go on counting past midnight, else 01:30. */
export const counted = (minutes) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
export const clock = (minutes) => counted(((minutes % 1440) + 1440) % 1440);

export function stand(element, grid, start, end) {
    element.style.top = `${(start - Number(grid.dataset.first)) * SCALE}px`;
    if (end !== undefined) {
        element.style.height = `${Math.max((end - start) * SCALE, 16)}px`;
    }
}

export function layOut(bench) {
    const grid = bench.querySelector(".b-grid");
    if (!grid) {
        return;
    }
    const height = `${(grid.dataset.last - grid.dataset.first) * SCALE}px`;
    for (const track of all(".b-track", grid)) {
        track.style.height = height;
    }
    for (const hour of all(".b-hour", grid)) {
        stand(hour, grid, Number(hour.dataset.start));
    }
    for (const slot of all(".b-slot", grid)) {
        const [start, end] = [Number(slot.dataset.start), Number(slot.dataset.end)];
        const part = 100 / Number(slot.dataset.lanes);
        stand(slot, grid, start, end);
        slot.style.left = `${Number(slot.dataset.lane) * part}%`;
        slot.style.width = `calc(${part}% - 4px)`;
        slot.classList.toggle("b-slot--low", end - start < SHORT);
        slot.classList.toggle("b-slot--short", end - start < MIDDLE);
    }
    grid.dataset.ready = "";
}

export function later(day, count) {
    const date = new Date(`${day}T00:00:00Z`);
    date.setUTCDate(date.getUTCDate() + count);
    return date.toISOString().slice(0, 10);
}
