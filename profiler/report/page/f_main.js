// Tabs, search, the overview.
const TABS = [['overview', 'Overview'], ['flame', 'Flame graph'], ['sites', 'Sites'], ['source', 'Source'], ['timeline', 'Timeline']];

function searchWord() { return byId('search').value.trim().toLowerCase(); }

function showTab(name) {
  for (const [id] of TABS) {
    byId('view-' + id).classList.toggle('shown', id === name);
    byId('tab-' + id).setAttribute('aria-selected', id === name);
  }
  // What measures its own width is drawn when it can be seen.
  if (name === 'flame') drawFlame();
  if (name === 'timeline') drawTimeline();
}

function tile(title, value, note) { return make('div', {class: 'tile'}, make('span', {class: 'quiet'}, title), make('b', {}, value), make('span', {class: 'quiet'}, note)); }

function shareBar(title, heap, stack, text) {
  const part = heap + stack ? heap / (heap + stack) : 0;
  return make('div', {}, make('span', {class: 'quiet'}, title), make('div', {class: 'share'},
    make('div', {class: 'heap', style: `flex:${Math.max(part, 0.001)}`}, `heap ${text(heap)}`), make('div', {class: 'stack', style: `flex:${Math.max(1 - part, 0.001)}`}, `stack ${text(stack)} (${percentText(1 - part)})`)));
}

function startOverview() {
  const pauses = DATA.collections.reduce((n, c) => n + c.pause, 0);
  const exit = ROWS.reduce((n, r) => n + r.exit, 0);
  byId('totals').append(make('div', {class: 'tiles'},
    tile('allocated on the heap', bytesText(DATA.heap[1]), `${countText(DATA.heap[0])} objects`),
    tile('kept on the stack', bytesText(DATA.stack[1]), `${countText(DATA.stack[0])} objects`),
    tile('alive at the peak', bytesText(DATA.peak[1]), `${countText(DATA.peak[0])} objects; at exit ${bytesText(exit)}`),
    tile('collections', countText(DATA.collections.length), `pauses ${timeText(pauses)} in all`),
    tile('run time', timeText(DATA.meta.wallNanos), DATA.meta.interrupted ? 'interrupted: figures until then' : `exit status ${DATA.meta.exitStatus}` + (DATA.meta.jit ? `, jit ${DATA.meta.jit}` : ''))));
  byId('bars').append(make('h2', {}, 'Where it lived'), shareBar('objects', DATA.heap[0], DATA.stack[0], countText), shareBar('bytes', DATA.heap[1], DATA.stack[1], bytesText));
  byId('advice-title').style.display = DATA.advice.length ? '' : 'none';
  for (const a of DATA.advice) {
    const edits = make('pre', {});
    for (const e of a.edits) {
      for (const [mark, kind, lines] of [['-', 'minus', e.minus], ['+', 'plus', e.plus]])
        for (const line of lines) edits.append(make('div', {class: kind}, `${String(e.line).padStart(5)} ${mark} ${line}`));
    }
    const place = make('code', {class: 'place'}, `${fileName(a.file)}:${a.line}`);
    place.onclick = () => showSource({file: a.file, line: a.line});
    byId('advice').append(make('div', {class: 'advice'}, place, ` ${a.function} — would have saved ${countText(a.saves[0])} objects, ${bytesText(a.saves[1])} (${percentText(a.saves[1] / DATA.heap[1])} of the heap's bytes)`,
      make('div', {}, a.what), make('b', {}, a.todo), edits));
  }
}

function start() {
  byId('command').textContent = DATA.meta.command.join(' ');
  byId('tabs').append(...TABS.map(([id, title]) => make('button', {id: 'tab-' + id, role: 'tab', onclick: () => showTab(id)}, title)));
  startOverview();
  startFlame();
  startSites();
  startSource();
  startTimeline();
  byId('search').oninput = () => {
    drawFlame();
    drawSites();
    if (searchWord() && !['flame', 'sites'].some(id => byId('view-' + id).classList.contains('shown'))) showTab('sites');
  };
  document.addEventListener('keydown', event => {
    if (event.key === '/' && document.activeElement !== byId('search')) {
      event.preventDefault();
      byId('search').focus();
    } else if (event.key === 'Escape') {
      byId('search').value = '';
      zoomFlame(null);
      drawSites();
    }
  });
  window.addEventListener('resize', () => { drawFlame(); if (byId('view-timeline').classList.contains('shown')) drawTimeline(); });
  showTab({Cpu: 'flame', Block: 'flame', Mutex: 'flame', Gc: 'timeline'}[DATA.subject] || 'overview');
}
start();
