// The search over the reference: names first, then what they say. Needs no server; search-index.js has
// SEARCH_INDEX, rows of [title, kind, address, summary, words].
(function () {
    "use strict";
    var field = document.getElementById("search"), found = document.getElementById("found"), up = document.body.dataset.up;
    var chosen = -1, SHOWN = 30;

    // How well a row fits one word: 0 not at all.
    function fit(row, word) {
        var title = row[0].toLowerCase(), place = title.indexOf(word);
        if (title === word) return 100;
        if (place === 0) return 60;
        if (place > 0) return /[_ .]/.test(title[place - 1]) || row[0][place] !== title[place] ? 45 : 30;
        if (row[3].toLowerCase().indexOf(word) >= 0) return 14;
        return row[4].indexOf(word) >= 0 ? 6 : 0;
    }

    function weigh(row, words) {
        var sum = 0;
        for (var i = 0; i < words.length; i++) {
            var one = fit(row, words[i]);
            if (!one) return 0;
            sum += one;
        }
        return sum - row[0].length / 100;
    }

    function search(text) {
        var words = text.toLowerCase().replace(/::/g, "_").split(/[\s()]+/).filter(Boolean);
        if (!words.length) return null;
        return SEARCH_INDEX.map(function (row) { return [weigh(row, words), row]; })
            .filter(function (pair) { return pair[0] > 0; })
            .sort(function (a, b) { return b[0] - a[0]; })
            .map(function (pair) { return pair[1]; });
    }

    function element(kind, name, text) {
        var made = document.createElement(kind);
        if (name) made.className = name;
        made.textContent = text;
        return made;
    }

    function show(rows) {
        found.textContent = "";
        chosen = -1;
        if (!rows) return;
        rows.slice(0, SHOWN).forEach(function (row) {
            var link = element("a", "", "");
            link.href = up + row[2];
            link.appendChild(element("span", "kind", row[1]));
            link.appendChild(element("code", "", row[0]));
            link.appendChild(element("span", "said", row[3]));
            found.appendChild(link);
        });
        if (!rows.length) found.appendChild(element("p", "", "Nothing has all of these words."));
        else if (rows.length > SHOWN) found.appendChild(element("p", "", (rows.length - SHOWN) + " more: another word helps."));
    }

    function choose(step) {
        var links = found.querySelectorAll("a");
        if (!links.length) return;
        if (links[chosen]) links[chosen].classList.remove("chosen");
        chosen = (chosen + step + links.length) % links.length;
        links[chosen].classList.add("chosen");
        links[chosen].scrollIntoView({block: "nearest"});
    }

    function asked() { show(search(field.value)); }

    field.addEventListener("input", asked);
    field.addEventListener("keydown", function (event) {
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            choose(event.key === "ArrowDown" ? 1 : -1);
        } else if (event.key === "Escape") {
            field.value = "";
            show(null);
        }
    });
    document.getElementById("search-form").addEventListener("submit", function (event) {
        var links = found.querySelectorAll("a");
        event.preventDefault();
        if (links.length) window.location.href = links[Math.max(chosen, 0)].href;
    });
    document.addEventListener("keydown", function (event) {
        if (event.key === "/" && document.activeElement !== field) {
            event.preventDefault();
            field.focus();
        }
    });
    document.addEventListener("click", function (event) {
        if (!document.getElementById("search-form").contains(event.target)) show(null);
    });
    // index.html#q=reset searches at once, so that a search can be a link.
    if (window.location.hash.indexOf("#q=") === 0) {
        field.value = decodeURIComponent(window.location.hash.slice(3));
        asked();
    }
}());
