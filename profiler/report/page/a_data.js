'use strict';
// The profile as the page has it, and numbers as people read them. C++ writes the data: report/page.cpp.
const DATA = JSON.parse(document.getElementById('data').textContent);
const byId = id => document.getElementById(id);

/** An element with properties and children. Text never becomes markup. */
function make(tag, properties = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'class') e.className = value;
    else if (name.startsWith('on')) e[name] = value;
    else if (name === 'style') e.style.cssText = value;
    else e.setAttribute(name, value);
  }
  e.append(...children);
  return e;
}
function svg(tag, attributes = {}, ...children) {
  const e = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  e.append(...children);
  return e;
}

const digits = v => v >= 99.95 ? v.toFixed(0) : v >= 9.995 ? v.toFixed(1) : v.toFixed(2);
const countText = n => n.toLocaleString('en-US');
function bytesText(n) {
  if (n < 1024) return Math.round(n) + ' B';
  let unit = 0;
  for (n /= 1024; n >= 1023.5 && unit < 4; ++unit) n /= 1024;
  return digits(n) + ' ' + ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'][unit];
}
function timeText(n) {
  if (n < 1e3) return Math.round(n) + ' ns';
  if (n < 1e6) return digits(n / 1e3) + ' µs';
  if (n < 1e9) return digits(n / 1e6) + ' ms';
  return digits(n / 1e9) + ' s';
}
const percentText = share => !isFinite(share) ? '-' : share > 0 && share < 0.0005 ? '<0.1 %' : (share * 100).toFixed(1) + ' %';

const frameOf = i => { const f = DATA.frames[i]; return {name: f[0], file: f[1], line: f[2], column: f[3], package: f[4]}; };
const fileName = file => DATA.files[file] ? DATA.files[file].name : '';
const isLibrary = pkg => !DATA.own.includes(pkg);
const whatText = site => site.type ? site.kind + ' ' + site.type : site.kind;

// Copies of one construct (inlining makes them) are one row, as in the text report.
const ROWS = (() => {
  const rows = new Map();
  DATA.sites.forEach((site, index) => {
    if (!site.allocated[0]) return;
    const frame = frameOf(site.frames.length ? site.frames[0] : 0);
    const key = [frame.file, frame.line, frame.column, frame.name, site.kind, site.type, site.heap, site.reason].join('\n');
    let row = rows.get(key);
    if (!row) {
      row = {frame, site, heap: site.heap, objects: 0, bytes: 0, survived: 0, exit: 0, peak: 0, growths: 0, copied: 0, longest: 0, sites: [], into: new Set()};
      rows.set(key, row);
    }
    row.objects += site.allocated[0];
    row.bytes += site.allocated[1];
    row.survived += site.survived[0];
    row.exit += site.exit[1];
    row.peak += site.peak[1];
    row.growths += site.growths;
    row.copied += site.copied;
    row.longest = Math.max(row.longest, site.longest);
    row.sites.push(index);
    if (site.frames.length > 1) row.into.add(frameOf(site.frames[site.frames.length - 1]).name);
  });
  return [...rows.values()];
})();
const placeText = frame => frame.line ? fileName(frame.file) + ':' + frame.line + (frame.column ? ':' + frame.column : '') : '-';
const whyText = row => row.site.reason + (row.into.size ? (row.site.reason ? ' ' : '') + '(inlined into ' + [...row.into].join(', ') + ')' : '');
for (const row of ROWS) row.words = [placeText(row.frame), row.frame.name, row.site.kind, row.site.type, row.site.reason].join('\n').toLowerCase();
