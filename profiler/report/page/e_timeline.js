// Heap, resident memory, collections and pauses over time.
function drawTimeline() {
  const area = byId('timeline'), points = DATA.timeline, collections = DATA.collections;
  area.textContent = '';
  if (!points.length && !collections.length) {
    area.append(make('p', {class: 'quiet'}, 'The run was too short for a timeline.'));
    return;
  }
  const width = Math.max(600, area.clientWidth || 1000), left = 70, right = 12, height = 300, pauseHeight = 90, gap = 36;
  // A collection is two points of the heap's line: before and after.
  const heap = [...points.map(p => [p.at, p.heap]), ...collections.flatMap(c => [[c.at, c.before], [c.at + c.pause + 1, c.after]])].sort((a, b) => a[0] - b[0]);
  const end = Math.max(DATA.meta.wallNanos, heap[heap.length - 1][0], 1);
  const most = Math.max(1, ...heap.map(h => h[1]), ...points.map(p => p.resident));
  const longest = Math.max(1, ...collections.map(c => c.pause));
  const x = t => left + (width - left - right) * t / end, y = v => height - (height - 16) * v / most;
  const root = svg('svg', {width, height: height + gap + pauseHeight + 24, role: 'img', 'aria-label': 'heap over time'});
  const line = (from, value) => from.map((p, i) => (i ? 'L' : 'M') + x(p[0]).toFixed(1) + ' ' + y(value(p)).toFixed(1)).join('');
  for (let i = 0; i <= 4; ++i) {
    const v = most * i / 4;
    root.append(svg('line', {x1: left, x2: width - right, y1: y(v), y2: y(v), stroke: 'var(--line)'}), svg('text', {x: left - 8, y: y(v) + 4, 'text-anchor': 'end'}, bytesText(v)));
    root.append(svg('text', {x: x(end * i / 4), y: height + 16, 'text-anchor': i === 0 ? 'start' : i === 4 ? 'end' : 'middle'}, timeText(end * i / 4)));
  }
  if (heap.length) {
    root.append(svg('path', {d: line(heap, p => p[1]) + `L${x(heap[heap.length - 1][0])} ${height}L${x(heap[0][0])} ${height}Z`, fill: 'var(--heap-soft)', id: 'heap-area'}));
    root.append(svg('path', {d: line(heap, p => p[1]), fill: 'none', stroke: 'var(--heap)', 'stroke-width': 1.5}));
  }
  const resident = points.filter(p => p.resident);
  if (resident.length) root.append(svg('path', {d: line(resident.map(p => [p.at, p.resident]), p => p[1]), fill: 'none', stroke: 'var(--accent)', 'stroke-dasharray': '5 3', id: 'resident-line'}));
  const base = height + gap + pauseHeight;
  root.append(svg('text', {x: left - 8, y: base - pauseHeight + 8, 'text-anchor': 'end'}, timeText(longest)), svg('text', {x: left - 8, y: base, 'text-anchor': 'end'}, 'pauses'),
    svg('line', {x1: left, x2: width - right, y1: base, y2: base, stroke: 'var(--line)'}));
  for (const c of collections) {
    const h = Math.max(1, pauseHeight * c.pause / longest);
    const bar = svg('rect', {class: 'collection', x: x(c.at) - 1, y: base - h, width: 2, height: h, fill: c.forced ? 'var(--time)' : 'var(--heap)'});
    bar.append(svg('title', {}, `${timeText(c.at)}: pause ${timeText(c.pause)}, ${bytesText(c.before)} → ${bytesText(c.after)}${c.forced ? ' (runtime.GC)' : ''}`));
    root.append(bar);
  }
  const cursor = svg('line', {y1: 10, y2: base, stroke: 'var(--quiet)', visibility: 'hidden'});
  root.append(cursor);
  root.onmousemove = event => {
    const t = (event.clientX - root.getBoundingClientRect().left - left) / (width - left - right) * end;
    if (t < 0 || t > end) return;
    cursor.setAttribute('x1', x(t));
    cursor.setAttribute('x2', x(t));
    cursor.setAttribute('visibility', 'visible');
    const before = heap.filter(h => h[0] <= t).pop() || heap[0], p = points.filter(q => q.at <= t).pop();
    byId('timeline-info').textContent = `${timeText(t)}: heap ${bytesText(before[1])}` +
      (p ? `, allocated until then ${countText(p.objects)} objects, ${bytesText(p.allocated)}` + (p.resident ? `, resident ${bytesText(p.resident)}` : '') : '') +
      `, ${collections.filter(c => c.at <= t).length} collections`;
  };
  area.append(make('div', {class: 'bar'}, make('span', {class: 'tag heap'}, 'heap'), make('span', {class: 'quiet'}, '– – resident memory'), make('span', {class: 'quiet'}, '| collections, as high as their pause')), root);
}

function startTimeline() {
  const list = DATA.collections;
  if (!list.length) return;
  const pauses = list.map(c => c.pause).sort((a, b) => a - b), sum = pauses.reduce((a, b) => a + b, 0);
  byId('collections').append(make('h2', {}, `${countText(list.length)} collections`),
    make('p', {class: 'quiet'}, `pauses ${timeText(sum)} in all, median ${timeText(pauses[pauses.length >> 1])}, longest ${timeText(pauses[pauses.length - 1])}`));
}
