/* The map beside a position's text (templates/core/widgets/position.html). Reads what core/forms.py reads and converts
   what core/geo.py converts: the server does both again when the form is posted. */
/* global L */
"use strict";
{
    const A = 6378245.0; // Krasovsky 1940, as the GCJ-02 formula has it
    const E2 = 0.006693421622965943;
    const BD = (Math.PI * 3000) / 180;
    const radians = (degrees) => (degrees * Math.PI) / 180;
    const degrees = (angle) => (angle * 180) / Math.PI;
    const sin = (factor, x) => Math.sin(x * Math.PI) * factor;

    const shifted = ([lat, lng]) => lng >= 72.004 && lng <= 137.8347 && lat >= 0.8293 && lat <= 55.8271;

    function toGcj([lat, lng]) {
        if (!shifted([lat, lng])) {
            return [lat, lng];
        }
        const x = lng - 105;
        const y = lat - 35;
        const root = Math.sqrt(Math.abs(x));
        const wave = (sin(20, 6 * x) + sin(20, 2 * x)) * 2 / 3;
        const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
            + (sin(20, y) + sin(40, y / 3) + sin(160, y / 12) + sin(320, y / 30)) * 2 / 3;
        const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
            + (sin(20, x) + sin(40, x / 3) + sin(150, x / 12) + sin(300, x / 30)) * 2 / 3;
        const magic = 1 - E2 * Math.sin(radians(lat)) ** 2;
        const meridian = (A * (1 - E2)) / (magic * Math.sqrt(magic));
        const parallel = (A / Math.sqrt(magic)) * Math.cos(radians(lat));
        return [lat + degrees(north / meridian), lng + degrees(east / parallel)];
    }

    function toBd([lat, lng]) {
        const radius = Math.hypot(lng, lat) + 0.00002 * Math.sin(lat * BD);
        const angle = Math.atan2(lat, lng) + 0.000003 * Math.cos(lng * BD);
        return [radius * Math.sin(angle) + 0.006, radius * Math.cos(angle) + 0.0065];
    }

    /* Neither has a closed inverse: fixed-point iteration, as in core/geo.py. */
    function undo(forward, point) {
        let guess = point;
        for (let round = 0; shifted(point) && round < 8; round += 1) {
            const there = forward(guess);
            guess = [guess[0] + point[0] - there[0], guess[1] + point[1] - there[1]];
        }
        return guess;
    }

    const toWgs = {
        wgs84: (point) => point,
        gcj02: (point) => undo(toGcj, point),
        bd09: (point) => undo(toGcj, undo(toBd, point)),
    };

    const NUMBER = "([+-]?\\d{1,3}(?:\\.\\d+)?)";
    const AFTER = new RegExp(
        `^${NUMBER}\\s*°?(?:\\s*([NSEW]))?(?:\\s*[,;、]\\s*|\\s+|(?<=[NSEW°]))${NUMBER}\\s*°?(?:\\s*([NSEW]))?$`,
    );
    const BEFORE = new RegExp(`^([NSEW])\\s*${NUMBER}\\s*°?(?:[\\s,;、]+|(?=[NSEW]))(?:([NSEW])\\s*)?${NUMBER}\\s*°?$`);
    const LETTERS = { 北: "N", 南: "S", 东: "E", 西: "W", 東: "E" };

    /** {point, swapped} from "41.809, 123.354" and its relatives, or null. */
    function readPair(text) {
        const plain = text.normalize("NFKC").trim().toUpperCase().replace(/\u2212/g, "-")
            .replace(/([北南])[纬緯]|([东西東])[经經]/g, (_all, ns, ew) => LETTERS[ns || ew]);
        let found = AFTER.exec(plain);
        if (!found) {
            found = BEFORE.exec(plain);
            found = found && [found[0], found[2], found[1], found[4], found[3]];
        }
        if (!found) {
            return null;
        }
        const [, one, oneLetter = "", two, twoLetter = ""] = found;
        const first = Number(one) * (/[SW]/.test(oneLetter) ? -1 : 1);
        const second = Number(two) * (/[SW]/.test(twoLetter) ? -1 : 1);
        let swapped = oneLetter ? /[EW]/.test(oneLetter) : /[NS]/.test(twoLetter);
        if (oneLetter && twoLetter && swapped === /[EW]/.test(twoLetter)) {
            return null;
        }
        if (!oneLetter && !twoLetter) {
            swapped = Math.abs(first) > 90 && Math.abs(second) <= 90;
        }
        const point = swapped ? [second, first] : [first, second];
        return Math.abs(point[0]) <= 90 && Math.abs(point[1]) <= 180 ? { point, swapped } : null;
    }

    /* Where no tiles are configured: lines at round degrees, labelled, so that distance and direction still show. */
    const Grid = () => L.GridLayer.extend({
        createTile(coords) {
            const tile = document.createElement("canvas");
            const size = this.getTileSize();
            tile.width = size.x;
            tile.height = size.y;
            const pen = tile.getContext("2d");
            const style = window.getComputedStyle(this._map.getContainer());
            const origin = coords.scaleBy(size);
            const map = this._map;
            const at = (x, y) => map.unproject(origin.add([x, y]), coords.z);
            const [nw, se] = [at(0, 0), at(size.x, size.y)];
            const step = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 45, 90]
                .find((each) => each >= (se.lng - nw.lng) / 2.5) || 90;
            const decimals = Math.max(0, Math.ceil(-Math.log10(step)));
            pen.strokeStyle = style.getPropertyValue("--x-grid-line");
            pen.fillStyle = style.getPropertyValue("--x-grid-text");
            pen.font = "10px system-ui, sans-serif";
            const line = (x, y, label) => {
                pen.beginPath();
                pen.moveTo(x === null ? 0 : x, y === null ? 0 : y);
                pen.lineTo(x === null ? size.x : x, y === null ? size.y : y);
                pen.stroke();
                const left = (x === null ? 0 : x) + 4;
                if (left + pen.measureText(label).width < size.x) { // else the tile's edge would cut it
                    pen.fillText(label, left, (y === null ? size.y : y) - 4);
                }
            };
            for (let lng = Math.ceil(nw.lng / step) * step; lng < se.lng; lng += step) {
                const x = Math.round(map.project([nw.lat, lng], coords.z).x - origin.x) + 0.5;
                line(x, null, `${lng.toFixed(decimals)}°`);
            }
            for (let lat = Math.ceil(se.lat / step) * step; lat < nw.lat; lat += step) {
                const y = Math.round(map.project([lat, nw.lng], coords.z).y - origin.y) + 0.5;
                line(null, y, `${lat.toFixed(decimals)}°`);
            }
            return tile;
        },
    });

    function makeMap(box, words) {
        const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
        box.hidden = false;
        box.setAttribute("role", "application");
        box.setAttribute("aria-label", words.map);
        const map = L.map(box, {
            attributionControl: Boolean(words.tiles),
            zoomAnimation: !still,
            fadeAnimation: !still,
            markerZoomAnimation: !still,
            scrollWheelZoom: false, // the page must scroll past the map; one click into it turns the wheel on
            maxZoom: 19,
        });
        map.on("focus", () => map.scrollWheelZoom.enable()).on("blur", () => map.scrollWheelZoom.disable());
        const layer = words.tiles
            ? L.tileLayer(words.tiles, { attribution: words.attribution, maxZoom: 19 })
            : new (Grid())();
        if (words.tiles) {
            map.attributionControl.setPrefix(false);
        } else {
            const redraw = () => layer.redraw();
            new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
            window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
        }
        L.control.scale({ imperial: false }).addTo(map);
        const outline = JSON.parse(words.outline || "[]");
        if (outline.length > 2) {
            const shape = L.polygon(outline, { className: "x-position__outline", interactive: false }).addTo(map);
            map.fitBounds(shape.getBounds(), { padding: [16, 16], animate: false });
        } else {
            map.setView(JSON.parse(words.centre), 12);
        }
        layer.addTo(map);
        new ResizeObserver(() => map.invalidateSize({ animate: false })).observe(box); // a collapsed fieldset opens
        return map;
    }

    function start(field) {
        if ("ready" in field.dataset || field.closest(".empty-form")) {
            return;
        }
        field.dataset.ready = "";
        const words = field.dataset;
        const text = field.querySelector("input");
        const datum = field.querySelector("select");
        const said = field.querySelector(".x-position__said");
        const map = makeMap(field.querySelector(".x-position__map"), words);
        // A div drawn by the style sheet: Leaflet finds its own pictures by file name, which hashed names break.
        const icon = L.divIcon({ className: "x-position__pin", iconSize: [28, 36], iconAnchor: [14, 35] });
        const fixed = text.disabled || text.readOnly;
        const titles = { alt: words.marker, title: words.marker };
        const marker = L.marker(JSON.parse(words.centre), { icon, draggable: !fixed, ...titles });

        function sentence(read, stored) {
            const name = datum.selectedOptions[0] ? datum.selectedOptions[0].textContent : datum.value;
            const pair = stored.map((each) => each.toFixed(6)).join(", ");
            const pattern = datum.value === "wgs84" ? words.same : words.readAs;
            const parts = [pattern.replace("{datum}", name).replace("{stored}", pair)];
            if (read.swapped) {
                parts.unshift(words.swapped);
            }
            const km = map.distance(stored, JSON.parse(words.centre)) / 1000;
            if (km > 60) {
                parts.push(words.far.replace("{km}", Math.round(km).toLocaleString()));
            }
            return [parts.join(" "), km > 60];
        }

        function show(move) {
            const read = readPair(text.value);
            if (!read) {
                marker.remove();
                said.textContent = text.value.trim() ? words.unreadable : words.empty;
                said.dataset.tone = text.value.trim() ? "warn" : "plain";
                return;
            }
            const stored = toWgs[datum.value || "wgs84"](read.point);
            marker.setLatLng(stored).addTo(map);
            if (move) {
                map.setView(stored, Math.max(map.getZoom(), 14), { animate: false });
            }
            const [line, far] = sentence(read, stored);
            said.textContent = line;
            said.dataset.tone = far || read.swapped ? "warn" : "good";
        }

        function set({ lat, lng }) {
            const place = L.latLng(lat, lng).wrap();
            datum.value = "wgs84";
            text.value = `${place.lat.toFixed(6)}, ${place.lng.toFixed(6)}`;
            show(false);
            text.dispatchEvent(new Event("change", { bubbles: true })); // what watches the form for changes
        }

        marker.on("dragend", () => set(marker.getLatLng()));
        if (!fixed) {
            map.on("click", (event) => set(event.latlng));
        }
        text.addEventListener("input", () => show(true));
        datum.addEventListener("input", () => show(true));
        show(true);
    }

    const startAll = (root) => root.querySelectorAll(".x-position").forEach(start);
    document.addEventListener("formset:added", (event) => startAll(event.target));
    if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", () => startAll(document));
    } else {
        startAll(document);
    }
}
