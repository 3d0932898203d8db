/* The focal point of a picture (templates/media/widgets/focal.html): a mark on the picture, moved by a click, a finger or
   the arrow keys, and the cuts that the server will make around it. The two numbers are the field; all else follows. */
"use strict";
{
    const STEP = 0.01;
    const LEAP = 0.1;
    const DECIMALS = 1000;
    const MOST_SIDE = 1280; // of a chosen file's picture on the screen
    const CUT_WIDTH = 400;

    /* As Python rounds: a half goes to the even number. */
    function round(number) {
        const low = Math.floor(number);
        const half = number - low === 0.5;
        return half ? low + (low % 2) : Math.round(number);
    }

    /* Left, top, right, bottom: the arithmetic of crop_box in media/renditions.py. */
    function cropBox(width, height, ratio, x, y) {
        if (ratio === "original") {
            return [0, 0, width, height];
        }
        const [across, down] = ratio.split(":").map(Number);
        const cutWidth = Math.min(width, Math.max(1, round((height * across) / down)));
        const cutHeight = Math.min(height, Math.max(1, round((width * down) / across)));
        const left = round(Math.min(Math.max(x * width - cutWidth / 2, 0), width - cutWidth));
        const top = round(Math.min(Math.max(y * height - cutHeight / 2, 0), height - cutHeight));
        return [left, top, left + cutWidth, top + cutHeight];
    }

    const within = (number) => Math.min(1, Math.max(0, Math.round(number * DECIMALS) / DECIMALS));

    function start(field) {
        const find = (name) => field.querySelector(`.m-focal__${name}`);
        const [across, down] = field.querySelectorAll("input");
        const [stage, picture, mark, cuts, said] = ["stage", "picture", "mark", "cuts", "said"].map(find);
        const canvas = picture.querySelector("canvas");
        const stored = picture.querySelector("img");
        const file = field.closest("form").querySelector("input[type=file][name=original]");
        const first = [across.value, down.value];
        const size = { width: Number(field.dataset.width), height: Number(field.dataset.height) };
        let shown = null; // what the cuts are drawn of: {source, width, height, real width and height}

        /* What cannot be read leaves the mark where it was. */
        const read = (input, otherwise) => {
            const number = Number(input.value);
            return input.value.trim() && number >= 0 && number <= 1 ? number : otherwise;
        };
        let point = [read(across, 0.5), read(down, 0.5)];

        function draw() {
            const [x, y] = point;
            const words = { x: Math.round(x * 100), y: Math.round(y * 100) };
            mark.style.left = `${x * 100}%`;
            mark.style.top = `${y * 100}%`;
            mark.setAttribute("aria-valuenow", words.x);
            mark.setAttribute("aria-valuetext", field.dataset.said.replace("{x}", words.x).replace("{y}", words.y));
            if (!shown) {
                return;
            }
            for (const cut of cuts.querySelectorAll("canvas")) {
                const [left, top, right, bottom] = cropBox(shown.width, shown.height, cut.dataset.ratio, x, y);
                const scale = shown.source.width / shown.width;
                cut.width = CUT_WIDTH;
                cut.height = Math.max(1, Math.round((CUT_WIDTH * (bottom - top)) / (right - left)));
                cut.dataset.box = [left, top, right, bottom].join(",");
                cut.getContext("2d").drawImage(
                    shown.source.pixels, left * scale, top * scale, (right - left) * scale, (bottom - top) * scale,
                    0, 0, cut.width, cut.height,
                );
            }
        }

        function move(x, y) {
            point = [within(x), within(y)];
            [across.value, down.value] = point;
            draw();
        }

        function show(pixels, width, height, real) {
            shown = { source: { pixels, width, height }, ...real };
            stage.hidden = mark.hidden = cuts.hidden = false;
            find("middle").hidden = false;
            draw();
        }

        const showStored = () => show(stored, stored.naturalWidth, stored.naturalHeight, size);

        function tell(words) {
            said.textContent = words;
            said.hidden = !words;
        }

        /* A chosen file takes the place of the stored picture, and its point starts in the middle. */
        async function showFile() {
            const chosen = file.files[0];
            tell("");
            canvas.hidden = true;
            if (stored) {
                stored.hidden = false;
            }
            if (!chosen) {
                [across.value, down.value] = first;
                point = [read(across, 0.5), read(down, 0.5)];
                return stored ? showStored() : forget();
            }
            const most = Number(file.dataset.most);
            if (chosen.size > most) {
                const words = field.dataset.large.replace("{size}", Math.ceil(chosen.size / 1e5) / 10);
                tell(words.replace("{most}", Math.floor(most / 1e6)));
                return forget();
            }
            try {
                const whole = await createImageBitmap(chosen);
                if (file.files[0] !== chosen) {
                    return undefined;
                }
                const scale = Math.min(1, MOST_SIDE / Math.max(whole.width, whole.height));
                canvas.width = Math.max(1, Math.round(whole.width * scale));
                canvas.height = Math.max(1, Math.round(whole.height * scale));
                canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
                const real = { width: whole.width, height: whole.height };
                whole.close();
                canvas.hidden = false;
                if (stored) {
                    stored.hidden = true;
                }
                show(canvas, canvas.width, canvas.height, real);
                return move(0.5, 0.5);
            } catch {
                tell(field.dataset.unreadable);
                return forget();
            }
        }

        function forget() {
            shown = null;
            stage.hidden = !stored;
            mark.hidden = cuts.hidden = true;
        }

        const at = (event) => {
            const box = picture.getBoundingClientRect();
            return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
        };
        picture.addEventListener("click", (event) => {
            if (shown && event.target !== mark) {
                move(...at(event));
                mark.focus({ preventScroll: true });
            }
        });
        mark.addEventListener("pointerdown", (event) => mark.setPointerCapture(event.pointerId));
        mark.addEventListener("pointermove", (event) => {
            if (mark.hasPointerCapture(event.pointerId)) {
                move(...at(event));
            }
        });
        mark.addEventListener("keydown", (event) => {
            const step = event.shiftKey ? LEAP : STEP;
            const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
            if (by && !event.altKey && !event.ctrlKey && !event.metaKey) {
                event.preventDefault();
                move(point[0] + by[0] * step, point[1] + by[1] * step);
            }
        });
        find("middle").addEventListener("click", () => move(0.5, 0.5));
        for (const input of [across, down]) {
            input.addEventListener("input", () => {
                point = [read(across, point[0]), read(down, point[1])];
                draw();
            });
        }
        if (file) {
            file.addEventListener("change", showFile);
        }
        if (stored && stored.complete && stored.naturalWidth) {
            showStored();
        } else if (stored) {
            stored.addEventListener("load", () => shown || showStored(), { once: true });
        }
        if (!stored) {
            const row = field.closest(".form-row"); // nothing to point at yet
            const follow = () => row.classList.toggle("hidden", !file.files.length);
            file.addEventListener("change", follow);
            follow();
        }
    }

    const startAll = () => document.querySelectorAll(".m-focal").forEach(start);
    if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", startAll);
    } else {
        startAll();
    }
}
