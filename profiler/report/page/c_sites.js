// The table of sites: sorted by any column, filtered by words, place and kind.
const sites = {sort: 'bytes', ascending: false, all: false, open: null};

const COLUMNS = [
  {id: 'where', name: '', value: r => r.heap ? 1 : 0, cell: r => make('span', {class: 'tag ' + (r.heap ? 'heap' : 'stack')}, r.heap ? 'heap' : 'stack')},
  {id: 'bytes', name: 'bytes', number: true, value: r => r.bytes, cell: r => bytesText(r.bytes)},
  {id: 'share', name: 'share', number: true, value: r => r.bytes, cell: r => percentText(r.bytes / (DATA.heap[1] + DATA.stack[1]))},
  {id: 'objects', name: 'objects', number: true, value: r => r.objects, cell: r => countText(r.objects)},
  {id: 'mean', name: 'mean', number: true, value: r => r.bytes / r.objects, cell: r => bytesText(r.bytes / r.objects)},
  {id: 'survived', name: 'survived', number: true, value: r => r.survived / r.objects, cell: r => r.heap && r.survived ? percentText(r.survived / r.objects) : '-'},
  {id: 'exit', name: 'at exit', number: true, value: r => r.exit, cell: r => r.heap && r.exit ? bytesText(r.exit) : '-'},
  {id: 'peak', name: 'at peak', number: true, value: r => r.peak, cell: r => r.heap && r.peak ? bytesText(r.peak) : '-'},
  {id: 'site', name: 'site', wide: true, value: r => fileName(r.frame.file) + String(r.frame.line).padStart(8, '0'), cell: r => make('code', {}, placeText(r.frame))},
  {id: 'function', name: 'function', wide: true, value: r => r.frame.name, cell: r => make('code', {}, r.frame.name)},
  {id: 'what', name: 'what', wide: true, value: r => whatText(r.site), cell: r => make('code', {}, whatText(r.site))},
  {id: 'why', name: 'why', wide: true, value: r => r.site.reason, cell: r => whyText(r)},
];

function shownRows() {
  const word = searchWord(), kind = byId('kind').value;
  const rows = ROWS.filter(r => (r.heap ? byId('show-heap').checked : byId('show-stack').checked) && (!kind || r.site.kind === kind) &&
    (!byId('only-program').checked || !isLibrary(r.frame.package)) && (!word || r.words.includes(word)));
  const value = COLUMNS.find(c => c.id === sites.sort).value, sign = sites.ascending ? 1 : -1;
  return rows.sort((a, b) => { const x = value(a), y = value(b); return (x < y ? -1 : x > y ? 1 : 0) * sign; });
}

function drawSites() {
  const head = byId('sites').tHead, body = byId('sites').tBodies[0], rows = shownRows(), limit = sites.all ? rows.length : 200;
  head.textContent = '';
  head.append(make('tr', {}, ...COLUMNS.map(c => {
    const th = make('th', {class: c.number ? 'number' : '', 'data-column': c.id}, c.name);
    if (c.id === sites.sort) th.setAttribute('aria-sort', sites.ascending ? 'ascending' : 'descending');
    th.onclick = () => {
      sites.ascending = sites.sort === c.id ? !sites.ascending : !c.number;
      sites.sort = c.id;
      drawSites();
    };
    return th;
  })));
  body.textContent = '';
  for (const r of rows.slice(0, limit)) {
    const tr = make('tr', {title: 'show it in the source'}, ...COLUMNS.map(c => make('td', {class: c.number ? 'number' : c.wide ? 'wide' : ''}, c.cell(r))));
    tr.onclick = () => showSource(r.frame);
    body.append(tr);
  }
  const sum = rows.reduce((n, r) => n + r.bytes, 0), objects = rows.reduce((n, r) => n + r.objects, 0);
  byId('site-count').textContent = `${countText(rows.length)} of ${countText(ROWS.length)} sites: ${countText(objects)} objects, ${bytesText(sum)}`;
  byId('more').style.display = rows.length > limit ? '' : 'none';
}

function startSites() {
  const kinds = [...new Set(ROWS.map(r => r.site.kind))].sort();
  byId('kind').append(make('option', {value: ''}, 'all'), ...kinds.map(k => make('option', {value: k}, k)));
  for (const id of ['show-heap', 'show-stack', 'kind', 'only-program']) byId(id).onchange = drawSites;
  byId('more').onclick = () => { sites.all = true; drawSites(); };
  drawSites();
}
