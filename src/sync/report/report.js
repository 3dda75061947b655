(function () {
	"use strict";
	var find = document.getElementById("find");
	var input = document.getElementById("query");
	var told = document.getElementById("told");
	var order = new Intl.Collator(document.documentElement.lang, { numeric: true });

	function list(selector, below) {
		return Array.prototype.slice.call((below || document).querySelectorAll(selector));
	}

	/* What a record is sorted by: the text in a column of its first line, or its number. */
	function value(body, column, isNumber) {
		var cell = body.rows[0].cells[column];
		var text = cell ? cell.textContent.trim() : "";
		return isNumber ? Number(text.replace(/[^0-9]/g, "")) : text;
	}

	function sort(table, heads, head) {
		var column = heads.indexOf(head);
		var isNumber = head.classList.contains("n");
		var was = head.getAttribute("aria-sort");
		var sign = was === "ascending" ? -1 : 1;
		table.original = table.original || Array.prototype.slice.call(table.tBodies);
		var bodies = table.original.map(function (body) {
			return { body: body, value: value(body, column, isNumber) };
		});
		heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
		if (was !== "descending") {
			head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
			bodies.sort(function (a, b) {
				return sign * (isNumber ? a.value - b.value : order.compare(a.value, b.value));
			});
		}
		bodies.forEach(function (each) { table.insertBefore(each.body, table.tFoot); });
	}

	list("table.s").forEach(function (table) {
		var heads = list("thead th", table);
		heads.forEach(function (head) {
			if (head.classList.contains("x"))
				return;
			var button = document.createElement("button");
			button.type = "button";
			while (head.firstChild)
				button.appendChild(head.firstChild);
			head.appendChild(button);
			button.addEventListener("click", function () { sort(table, heads, head); });
		});
	});

	var records = null;
	var timer = 0;

	function search() {
		var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
		var count = 0;
		records = records || list("table.r > tbody").map(function (body) {
			return { body: body, text: body.textContent.toLowerCase() };
		});
		records.forEach(function (record) {
			var fits = words.every(function (word) { return record.text.indexOf(word) >= 0; });
			record.body.hidden = !fits;
			count += fits ? 1 : 0;
		});
		list("section.part, section.mapping").forEach(function (part) {
			part.hidden = words.length > 0 && !part.querySelector("table.r > tbody:not([hidden])");
		});
		told.textContent = words.length === 0 ? ""
			: count === 1 ? told.dataset.one : told.dataset.found.replace("#", count);
	}

	input.addEventListener("input", function () {
		clearTimeout(timer);
		timer = setTimeout(search, 150);
	});
	input.addEventListener("keydown", function (event) {
		if (event.key === "Escape") {
			input.value = "";
			search();
		}
	});
	find.hidden = false;
}());
