/* Many pictures at once (templates/admin/media/image/upload.html). Each file is a card with its own words, and travels in
   a request of its own, two at a time; what one of them meets leaves the others alone. */
"use strict";
{
    const AT_ONCE = 2;
    const page = document.getElementById("upload");
    const words = page.dataset;
    const form = document.getElementById("upload_form");
    const list = document.getElementById("upload_cards");
    const pattern = document.getElementById("upload_card");
    const out = document.getElementById("upload_out");
    const zone = document.getElementById("upload_zone");
    const chooser = document.getElementById("upload_files");
    const button = document.getElementById("upload_all");
    const cards = [];
    let running = 0;
    let drawing = Promise.resolve(); // one picture is decoded at a time: each takes up to 200 MB meanwhile

    const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name]);
    const find = (card, name) => card.node.querySelector(`.m-card__${name}`);
    const input = (card, name) => card.node.querySelector(`input[name=${name}]`);
    const megabytes = (bytes) => Math.ceil(bytes / 1e5) / 10;
    const sized = (bytes) => (bytes < 1e5 ? `${Math.ceil(bytes / 1e3)} KB` : `${megabytes(bytes)} MB`);
    const large = (file) => fill(words.large, { size: megabytes(file.size), most: Math.floor(words.most / 1e6) });
    const UNSENT = ["new", "refused"]; // what "Upload all" sends
    const BUSY = ["waiting", "sending", "working"];

    /* ---------- cards ---------- */

    function state(card, name, said = "") {
        card.state = name;
        card.node.dataset.state = name;
        const label = { large: "refused", twice: "" }[name] ?? name;
        find(card, "state").textContent = label && words[label] ? fill(words[label], { percent: card.percent }) : "";
        find(card, "said").replaceChildren(...(said ? [said] : []));
        const bar = card.node.querySelector("progress");
        bar.hidden = !["sending", "working"].includes(name);
        if (name === "sending") {
            bar.value = card.percent;
        } else {
            bar.removeAttribute("value");
        }
        const shown = { retry: name === "refused", again: ["same", "twice"].includes(name), remove: !BUSY.includes(name) };
        for (const each of card.node.querySelectorAll("[data-do]")) {
            each.hidden = !shown[each.dataset.do] || name === "done";
        }
        for (const each of card.node.querySelectorAll("input")) {
            each.readOnly = BUSY.includes(name);
        }
        count();
    }

    async function add(file) {
        const node = pattern.content.firstElementChild.cloneNode(true);
        const card = { file, node, again: false, percent: 0, state: "new" };
        find(card, "file").textContent = `${file.name} · ${sized(file.size)}`; // shown here, never sent
        list.append(node);
        cards.push(card);
        node.addEventListener("click", (event) => act(card, event.target.closest("[data-do]")?.dataset.do));
        input(card, "alt").addEventListener("input", () => {
            complain(card.node, "alt", "");
            count();
        });
        if (file.size > Number(words.most)) {
            find(card, "words").hidden = true;
            state(card, "large", large(file));
            return;
        }
        state(card, "new");
        drawing = drawing.then(() => draw(card));
        card.head = head(file).catch(() => card); // unreadable: like no other
        const alike = cards.slice(0, cards.indexOf(card)).filter((other) => other.file.size === file.size);
        for (const other of alike) {
            const same = (await other.head) === (await card.head) && (await equal(other.file, file));
            if (same && card.state === "new" && cards.includes(other)) {
                state(card, "twice", `${words.twice} ${other.file.name}`);
            }
        }
    }

    const bytes = async (blob) => new Uint8Array(await blob.arrayBuffer());

    /* A number that tells almost all files apart by their beginning: only those alike are read to their end. */
    async function head(file) {
        return (await bytes(file.slice(0, 65536))).reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 0);
    }

    async function equal(one, other) {
        const [left, right] = await Promise.all([bytes(one), bytes(other)]);
        return left.every((byte, at) => byte === right[at]);
    }

    async function draw(card) {
        const canvas = card.node.querySelector("canvas");
        try {
            const pixels = await createImageBitmap(card.file);
            const scale = Math.max(canvas.width / pixels.width, canvas.height / pixels.height);
            const [width, height] = [pixels.width * scale, pixels.height * scale];
            const at = [(canvas.width - width) / 2, (canvas.height - height) / 2];
            canvas.getContext("2d").drawImage(pixels, ...at, width, height);
            pixels.close();
            canvas.hidden = false;
        } catch { /* whether it is a picture is the server's to say */ }
    }

    function act(card, what) {
        if (what === "remove") {
            cards.splice(cards.indexOf(card), 1);
            card.node.remove();
            count();
        } else if (what === "again") {
            card.again = true;
            const known = card.state === "same";
            state(card, "new");
            if (known) {
                queue([card]);
            }
        } else if (what === "retry") {
            queue([card]);
        }
    }

    function count() {
        const of = (...names) => cards.filter((card) => names.includes(card.state)).length;
        const lacking = cards.filter((card) => UNSENT.includes(card.state) && !input(card, "alt").value.trim()).length;
        const told = cards.length ? [fill(words.counts, { done: of("done"), all: cards.length })] : [];
        if (lacking) {
            told.push(fill(words.lacking, { count: lacking }));
        }
        if (of("refused", "large")) {
            told.push(fill(words.failed, { count: of("refused", "large") }));
        }
        document.getElementById("upload_counts").textContent = told.join(" ");
        button.disabled = !of(...UNSENT);
    }

    /* ---------- what is missing ---------- */

    function complain(node, name, text) {
        const told = node.querySelector(name ? `[data-for=${name}]` : ".m-upload__error");
        const field = name ? node.querySelector(`input[name=${name}]`) : node.querySelector("input, select");
        told.textContent = text;
        told.hidden = !text;
        if (text) {
            field.setAttribute("aria-invalid", "true");
        } else {
            field.removeAttribute("aria-invalid");
        }
        return text ? field : null;
    }

    const fieldOf = (name) => form.querySelector(`[data-field="${name}"]`);

    function lackingTogether() {
        const found = [...form.querySelectorAll("[data-field]")].map((field) => {
            const control = field.querySelector("[required]");
            return complain(field, "", control && !control.value.trim() ? words.required : "");
        });
        return found.find(Boolean);
    }

    function queue(some) {
        out.hidden = true;
        let wrong = lackingTogether();
        const ready = wrong ? [] : some.filter((card) => {
            const field = complain(card.node, "alt", input(card, "alt").value.trim() ? "" : words.required);
            wrong ||= field;
            return !field;
        });
        ready.forEach((card) => state(card, "waiting"));
        wrong?.focus();
        next();
    }

    /* ---------- sending ---------- */

    function next() {
        while (running < AT_ONCE) {
            const card = cards.find((each) => each.state === "waiting");
            if (!card) {
                return;
            }
            running += 1;
            send(card).then((answer) => {
                running -= 1;
                take(card, answer);
                next();
            });
        }
    }

    function cookie(name) {
        const found = document.cookie.split("; ").find((each) => each.startsWith(`${name}=`));
        return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
    }

    function send(card) {
        const data = new FormData(form);
        data.set("original", card.file, "picture");
        for (const name of ["alt", "caption"]) {
            data.set(`${name}__${words.language}`, input(card, name).value);
        }
        if (card.again) {
            data.set("again", "on");
        }
        card.percent = 0;
        state(card, "sending");
        return new Promise((resolve) => {
            const request = new XMLHttpRequest();
            request.open("POST", window.location.pathname);
            request.setRequestHeader("X-CSRFToken", cookie(words.cookie)); // a log-in in another window changes it
            request.setRequestHeader("Accept", "application/json");
            request.upload.addEventListener("progress", (event) => {
                card.percent = Math.round((100 * event.loaded) / event.total);
                state(card, "sending");
            });
            request.upload.addEventListener("load", () => state(card, "working"));
            request.addEventListener("loadend", () => resolve(request));
            request.send(data);
        });
    }

    function read(request) {
        try {
            return JSON.parse(request.responseText);
        } catch {
            return null;
        }
    }

    function take(card, request) {
        const { status } = request;
        const answer = read(request);
        if (status === 201 && answer) {
            done(card, answer);
        } else if (status === 409 && answer) {
            state(card, "same", known(answer.same));
        } else if (status === 400 && answer) {
            refused(card, answer.errors);
        } else if (status === 200 && new URL(request.responseURL).pathname !== window.location.pathname) {
            cards.filter((each) => each === card || each.state === "waiting").forEach((each) => state(each, "new"));
            out.hidden = false; // what was asked for went to the log-in
            out.scrollIntoView({ block: "center" });
        } else {
            const text = { 0: words.broken, 403: words.forbidden, 413: large(card.file) }[status] ?? words.failing;
            state(card, "refused", fill(text, { status }));
        }
    }

    function done(card, answer) {
        state(card, "done");
        const thumbnail = document.createElement("img");
        thumbnail.addEventListener("load", () => find(card, "picture").replaceChildren(thumbnail));
        thumbnail.src = answer.thumbnail;
        thumbnail.alt = "";
        find(card, "words").hidden = true;
        const link = find(card, "link");
        link.textContent = answer.name;
        link.href = answer.url;
        link.hidden = false;
    }

    function known(pictures) {
        const all = document.createElement("ul");
        for (const picture of pictures) {
            const [item, link, image] = ["li", "a", "img"].map((name) => document.createElement(name));
            link.href = picture.url;
            link.target = "_blank";
            image.src = picture.thumbnail;
            image.alt = "";
            link.append(image, picture.name);
            item.append(link);
            all.append(item);
        }
        const said = document.createElement("div");
        said.append(words.known, all);
        return said;
    }

    function refused(card, errors) {
        const rest = [];
        for (const [name, told] of Object.entries(errors)) {
            const text = told.join(" ");
            if (["alt", "caption"].includes(name)) {
                complain(card.node, name, text);
            } else if (fieldOf(name)) {
                complain(fieldOf(name), "", text);
                rest.push(`${fieldOf(name).querySelector("label").textContent}: ${text}`);
            } else {
                rest.push(text);
            }
        }
        state(card, "refused", rest.join(" "));
    }

    /* ---------- the page ---------- */

    const addAll = (files) => [...files].forEach(add);
    chooser.addEventListener("change", () => {
        addAll(chooser.files);
        chooser.value = ""; // the same file may be chosen again
    });
    // A file that misses the zone would open in place of the page.
    window.addEventListener("dragover", (event) => {
        event.preventDefault();
        zone.toggleAttribute("data-over", true);
    });
    window.addEventListener("dragleave", (event) => event.relatedTarget || zone.removeAttribute("data-over"));
    window.addEventListener("drop", (event) => {
        event.preventDefault();
        zone.removeAttribute("data-over");
        addAll(event.dataTransfer.files);
    });
    button.addEventListener("click", () => queue(cards.filter((card) => UNSENT.includes(card.state))));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => {
        const field = event.target.closest("[data-field]");
        if (field) {
            complain(field, "", "");
        }
    });
    list.addEventListener("keydown", (event) => { // Enter goes on to the next picture
        if (event.key === "Enter" && event.target.matches("input")) {
            event.preventDefault();
            const all = [...list.querySelectorAll(`input[name=${event.target.name}]`)].filter((each) => each.offsetParent);
            (all[all.indexOf(event.target) + 1] ?? button).focus();
        }
    });
    window.addEventListener("beforeunload", (event) => {
        const typed = (card) => input(card, "alt").value.trim() && card.state !== "done";
        if (cards.some((card) => BUSY.includes(card.state) || typed(card))) {
            event.preventDefault();
        }
    });
    page.hidden = false;
}
