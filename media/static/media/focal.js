/* The focal point of a picture (templates/media/widgets/focal.html): a mark on the picture, moved by a click, a finger or
   the arrow keys, and the cuts that the server will make around it. The two numbers are the field; all else follows. */
"use strict";
{
    const STEP = 0.01;
    const LEAP = 0.1;
    const THOUSAND = 1000; // a click is as exact as that
    const MOST_SIDE = 1280; // of a chosen file on the screen
    const CUT_WIDTH = 400;
    const CENTRE = [0.5, 0.5];
    // Home and End lead to the left and the right edge; the page keys go far.
    const EDGES = { Home: 0, End: 1 };
    const FAR = { PageUp: [0, -1], PageDown: [0, 1] };
    const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

    /* As Python rounds: a half goes to the even number. */
    function round(number) {
        const low = Math.floor(number);
        const half = number - low === 0.5;
        return half ? low + (low % 2) : Math.round(number);
    }

    /* Left, top, right, bottom: the arithmetic of crop_box in media/renditions.py. */
    function cropBox({ width, height }, ratio, [x, y]) {
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

    const within = (number) => Math.min(1, Math.max(0, Math.round(number * THOUSAND) / THOUSAND));

    class FocalField {
        constructor(node) {
            const find = (name) => node.querySelector(`.m-focal__${name}`);
            this.words = node.dataset;
            this.inputs = [...node.querySelectorAll("input")];
            this.first = this.inputs.map((input) => input.defaultValue);
            [this.stage, this.picture, this.mark, this.cuts, this.said, this.middle] =
                ["stage", "picture", "mark", "cuts", "said", "middle"].map(find);
            this.canvas = this.picture.querySelector("canvas");
            this.stored = this.picture.querySelector("img");
            this.file = node.closest("form").querySelector("input[type=file][name=original]");
            this.row = node.closest(".form-row");
            this.shown = null; // what the cuts are drawn of: {pixels, scale, width, height}, the sizes of the original
            this.point = this.read(CENTRE);
        }

        start() {
            this.watchPointer();
            this.mark.addEventListener("keydown", (event) => this.onKey(event));
            this.middle.addEventListener("click", () => this.move(...CENTRE));
            this.inputs.forEach((input) => input.addEventListener("input", () => this.follow(this.point)));
            this.file.addEventListener("change", () => this.showFile());
            if (!this.stored) {
                this.file.addEventListener("change", () => this.hideWithoutFile());
                this.hideWithoutFile();
            } else if (this.stored.complete && this.stored.naturalWidth) {
                this.showStored();
            } else {
                this.stored.addEventListener("load", () => this.shown || this.showStored(), { once: true });
            }
            if (this.file.files.length) { // a reload keeps it in some browsers
                this.showFile();
            }
        }

        /* ---------- the point ---------- */

        /* What cannot be read stays as it was. */
        read(otherwise) {
            return this.inputs.map((input, axis) => {
                const number = Number(input.value);
                return input.value.trim() && number >= 0 && number <= 1 ? number : otherwise[axis];
            });
        }

        follow(otherwise) {
            this.point = this.read(otherwise);
            this.draw();
        }

        move(x, y) {
            this.point = [within(x), within(y)];
            this.inputs.forEach((input, axis) => { input.value = this.point[axis]; });
            this.inputs[0].form.dispatchEvent(new Event("input")); // core/unsaved.js counts it as a change
            this.draw();
        }

        onKey(event) {
            const by = KEYS[event.key] ?? FAR[event.key];
            const edge = EDGES[event.key];
            if (event.altKey || event.ctrlKey || event.metaKey || (!by && edge === undefined)) {
                return;
            }
            event.preventDefault();
            if (by) {
                const step = event.shiftKey || FAR[event.key] ? LEAP : STEP;
                this.move(this.point[0] + by[0] * step, this.point[1] + by[1] * step);
            } else {
                this.move(edge, this.point[1]);
            }
        }

        watchPointer() {
            const moveTo = (event) => {
                const box = this.picture.getBoundingClientRect();
                this.move((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
            };
            this.picture.addEventListener("click", (event) => {
                if (this.shown && event.target !== this.mark) {
                    moveTo(event);
                    this.mark.focus({ preventScroll: true });
                }
            });
            this.mark.addEventListener("pointerdown", (event) => this.mark.setPointerCapture(event.pointerId));
            this.mark.addEventListener("pointermove", (event) => {
                if (this.mark.hasPointerCapture(event.pointerId)) {
                    moveTo(event);
                }
            });
        }

        /* ---------- what is seen ---------- */

        draw() {
            const [x, y] = this.point.map((share) => Math.round(share * 100));
            [this.mark.style.left, this.mark.style.top] = this.point.map((share) => `${share * 100}%`);
            this.mark.setAttribute("aria-valuenow", x);
            this.mark.setAttribute("aria-valuetext", this.words.said.replace("{x}", x).replace("{y}", y));
            if (this.shown) {
                this.cuts.querySelectorAll("canvas").forEach((cut) => this.drawCut(cut));
            }
        }

        drawCut(cut) {
            const { pixels, scale } = this.shown;
            const [left, top, right, bottom] = cropBox(this.shown, cut.dataset.ratio, this.point);
            const [width, height] = [right - left, bottom - top];
            cut.dataset.box = [left, top, right, bottom].join(",");
            cut.width = CUT_WIDTH;
            cut.height = Math.max(1, Math.round((CUT_WIDTH * height) / width));
            const from = [left, top, width, height].map((length) => length * scale);
            cut.getContext("2d").drawImage(pixels, ...from, 0, 0, cut.width, cut.height);
        }

        show(pixels, pixelsWide, width, height) {
            this.shown = { pixels, scale: pixelsWide / width, width, height };
            for (const part of [this.stage, this.mark, this.cuts, this.middle]) {
                part.hidden = false;
            }
            this.canvas.hidden = pixels !== this.canvas;
            if (this.stored) {
                this.stored.hidden = pixels !== this.stored;
            }
            this.draw();
        }

        showStored() {
            this.show(this.stored, this.stored.naturalWidth, Number(this.words.width), Number(this.words.height));
        }

        /* Of a file that cannot be shown nothing is shown, nor of the picture that it would replace. */
        showNothing(words) {
            this.shown = null;
            this.stage.hidden = true;
            this.tell(words);
        }

        tell(words) {
            this.said.textContent = words;
            this.said.hidden = !words;
        }

        /* ---------- a chosen file ---------- */

        hideWithoutFile() {
            this.row.classList.toggle("hidden", !this.file.files.length);
        }

        /* It takes the place of the stored picture, and its point starts in the middle. */
        async showFile() {
            const [chosen] = this.file.files;
            const most = Number(this.file.dataset.most);
            this.tell("");
            if (!chosen) {
                this.inputs.forEach((input, axis) => { input.value = this.first[axis]; });
                this.follow(CENTRE);
                if (this.stored) {
                    this.showStored();
                }
            } else if (chosen.size > most) {
                const size = Math.ceil(chosen.size / 1e5) / 10;
                this.showNothing(this.words.large.replace("{size}", size).replace("{most}", Math.floor(most / 1e6)));
            } else {
                await this.decode(chosen);
            }
        }

        async decode(chosen) {
            try {
                const whole = await createImageBitmap(chosen);
                if (this.file.files[0] === chosen) {
                    const scale = Math.min(1, MOST_SIDE / Math.max(whole.width, whole.height));
                    this.canvas.width = Math.max(1, Math.round(whole.width * scale));
                    this.canvas.height = Math.max(1, Math.round(whole.height * scale));
                    this.canvas.getContext("2d").drawImage(whole, 0, 0, this.canvas.width, this.canvas.height);
                    this.show(this.canvas, this.canvas.width, whole.width, whole.height);
                    this.move(...CENTRE);
                }
                whole.close();
            } catch {
                if (this.file.files[0] === chosen) {
                    this.showNothing(this.words.unreadable);
                }
            }
        }
    }

    const startAll = () => document.querySelectorAll(".m-focal").forEach((node) => new FocalField(node).start());
    if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", startAll);
    } else {
        startAll();
    }
}
