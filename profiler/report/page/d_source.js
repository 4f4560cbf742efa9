// The source with every allocation marked under its line: where it lives, how much, why.
const KEYWORDS = new Set(('break case chan const continue default defer else fallthrough for func go goto if import interface map package range return ' +
  'select struct switch type var').split(' '));

/** A line with Go's words coloured. `state.open` is what goes on from the line before: a comment or a raw string. */
function colourLine(text, state) {
  const out = [], pattern = /\/\/.*|\/\*|`|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_]\w*/g;
  let at = 0;
  const put = (until, kind) => { if (until > at) out.push(kind ? make('span', {class: kind}, text.slice(at, until)) : text.slice(at, until)); at = until; };
  const close = () => {
    const end = text.indexOf(state.open, at + (state.fresh ? state.open.length : 0));
    const kind = state.open === '`' ? 's' : 'c';
    put(end < 0 ? text.length : end + state.open.length, kind);
    if (end >= 0) state.open = '';
    state.fresh = false;
  };
  if (state.open) close();
  while (!state.open) {
    pattern.lastIndex = at;
    const m = pattern.exec(text);
    if (!m) break;
    if (m[0] === '/*' || m[0] === '`') {
      put(m.index);
      state.open = m[0] === '`' ? '`' : '*/';
      state.fresh = true;
      close();
    } else if (m[0].startsWith('//')) { put(m.index); put(text.length, 'c'); }
    else if (m[0][0] === '"' || m[0][0] === "'") { put(m.index); put(m.index + m[0].length, 's'); }
    else { put(KEYWORDS.has(m[0]) ? m.index : m.index + m[0].length); if (KEYWORDS.has(m[0])) put(m.index + m[0].length, 'k'); }
  }
  put(text.length);
  return out;
}

/** Own and whole time by line of a file. */
function timesByLine(file) {
  const lines = new Map();
  for (const s of DATA.stacks.cpu) {
    s.frames.forEach((i, depth) => {
      const f = frameOf(i);
      if (f.file !== file) return;
      const t = lines.get(f.line) || {own: 0, all: 0};
      if (depth === 0) t.own += s.time;
      t.all += s.time;
      lines.set(f.line, t);
    });
  }
  return lines;
}

function markOf(row) {
  const parts = [make('span', {class: 'tag ' + (row.heap ? 'heap' : 'stack')}, row.heap ? 'heap' : 'stack'), ' ',
    make('b', {}, whatText(row.site)), ` ${countText(row.objects)} × ${bytesText(row.bytes / row.objects)} = ${bytesText(row.bytes)}`];
  if (row.heap && row.survived) parts.push(`, ${percentText(row.survived / row.objects)} survived`);
  if (row.growths) parts.push(`, ${countText(row.growths)} growths copied ${bytesText(row.copied)}, longest ${countText(row.longest)}`);
  if (whyText(row)) parts.push(make('span', {class: 'quiet'}, '  ' + whyText(row)));
  const e = make('div', {'data-site': row.sites[0]}, ...parts);
  if (row.site.flow) e.append(make('details', {}, make('summary', {class: 'quiet'}, 'where it goes'), make('pre', {}, row.site.flow)));
  return e;
}

function drawFile(file, line) {
  const area = byId('source'), entry = DATA.files[file];
  area.textContent = '';
  if (!entry) return;
  byId('file').value = file;
  const marks = new Map();
  let heap = 0, stack = 0, most = 1;
  for (const r of ROWS) {
    if (r.frame.file !== file) continue;
    if (!marks.has(r.frame.line)) marks.set(r.frame.line, []);
    marks.get(r.frame.line).push(r);
    if (r.heap) heap += r.bytes; else stack += r.bytes;
  }
  const heapOf = list => list.reduce((n, r) => n + (r.heap ? r.bytes : 0), 0);
  for (const list of marks.values()) most = Math.max(most, heapOf(list));
  byId('file-sum').textContent = `${bytesText(heap)} on the heap, ${bytesText(stack)} kept on the stack` + (entry.text === null ? ' — the source could not be read' : '');
  const times = timesByLine(file), state = {open: '', fresh: false};
  const lines = entry.text === null ? [] : entry.text.replace(/\n$/, '').split('\n');
  if (entry.text === null) for (const n of [...marks.keys()].sort((a, b) => a - b)) lines[n - 1] = '';
  lines.forEach((text, i) => {
    const list = marks.get(i + 1), time = times.get(i + 1);
    const bytes = list ? heapOf(list) : 0;
    let cost = '';
    if (time) cost += timeText(time.all) + (list ? '  ' : '');
    if (list) cost += bytes ? bytesText(bytes) : 'stack';
    const row = make('div', {class: 'row code' + (i + 1 === line ? ' target' : ''), id: 'L' + (i + 1)},
      make('span', {class: 'n'}, String(i + 1)),
      make('span', {class: 'cost' + (bytes ? ' has' : ' quiet'), style: `--part:${(100 * bytes / most).toFixed(1)}%`}, cost),
      make('span', {class: 'text'}, ...colourLine(text, state)));
    area.append(row);
    if (list) area.append(make('div', {class: 'marks'}, ...list.sort((a, b) => a.frame.column - b.frame.column).map(markOf)));
  });
  const target = line && byId('L' + line);
  if (target) target.scrollIntoView({block: 'center'});
}

/** Opens the source view at a place. */
function showSource(frame) {
  showTab('source');
  drawFile(frame.file, frame.line);
}

function startSource() {
  const weight = new Map();
  for (const r of ROWS) weight.set(r.frame.file, (weight.get(r.frame.file) || 0) + (r.heap ? r.bytes : 0));
  const order = Object.keys(DATA.files).map(Number).filter(f => weight.has(f) || DATA.files[f].text !== null);
  order.sort((a, b) => (DATA.files[b].own ? 1 : 0) - (DATA.files[a].own ? 1 : 0) || (weight.get(b) || 0) - (weight.get(a) || 0));
  byId('file').append(...order.map(f => make('option', {value: f}, `${DATA.files[f].name}  (${bytesText(weight.get(f) || 0)})`)));
  byId('file').onchange = () => drawFile(Number(byId('file').value), 0);
  if (order.length) drawFile(order[0], 0);
}
