/* How much of the questions was met, for each area and level. */

import { make } from "/static/dom.js";

/** `coverage`: [{category, level, asked, available}]. The parts of a table. */
export function coverageTable(coverage) {
  const levels = [...new Set(coverage.map((each) => each.level))];
  const areas = [...new Set(coverage.map((each) => each.category))];
  const head = ["Area", ...levels.map(upper)].map((text) => make("th", { scope: "col", text }));
  const rows = areas.map((area) => {
    const cells = levels.map((level) => {
      const found = coverage.find((each) => each.category === area && each.level === level);
      return make("td", { text: found ? `${found.asked} of ${found.available}` : "–" });
    });
    return make("tr", {}, make("th", { scope: "row", text: upper(area) }), ...cells);
  });
  return [make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows)];
}

function upper(text) {
  return text[0].toUpperCase() + text.slice(1).replaceAll("-", " ");
}
