// The flame graph: boxes for call paths, as wide as what was allocated or spent below them.
const flame = {metric: null, inverted: false, root: null, zoomed: null, height: 20};

const METRICS = [
  {id: 'heap-bytes', name: 'bytes on the heap', text: bytesText, stacks: 'alloc', of: s => DATA.sites[s.site].heap ? s.bytes : 0},
  {id: 'heap-objects', name: 'objects on the heap', text: countText, stacks: 'alloc', of: s => DATA.sites[s.site].heap ? s.objects : 0},
  {id: 'stack-bytes', name: 'bytes kept on the stack', text: bytesText, stacks: 'alloc', of: s => DATA.sites[s.site].heap ? 0 : s.bytes},
  {id: 'stack-objects', name: 'objects kept on the stack', text: countText, stacks: 'alloc', of: s => DATA.sites[s.site].heap ? 0 : s.objects},
  {id: 'exit', name: 'bytes alive at exit', text: bytesText, stacks: 'alloc', of: s => s.exit},
  {id: 'peak', name: 'bytes alive at the peak', text: bytesText, stacks: 'alloc', of: s => s.peak},
  {id: 'cpu', name: 'processor time', text: timeText, stacks: 'cpu', of: s => s.time},
  {id: 'block', name: 'time blocked', text: timeText, stacks: 'block', of: s => s.time},
  {id: 'mutex', name: 'time others waited for locks', text: timeText, stacks: 'mutex', of: s => s.time},
];
const usableMetrics = METRICS.filter(m => DATA.stacks[m.stacks].some(s => m.of(s) > 0));

/** The tree of calls under a metric; inverted: of callers. */
function flameTree(metric, inverted) {
  const root = {name: 'all', value: 0, own: 0, children: new Map(), depth: 0, parent: null};
  for (const stack of DATA.stacks[metric.stacks]) {
    const value = metric.of(stack);
    if (!(value > 0)) continue;
    const path = stack.frames.map(i => ({name: frameOf(i).name, frame: i}));
    if (metric.stacks === 'alloc') path.unshift({name: '[' + whatText(DATA.sites[stack.site]) + ']', frame: stack.frames[0], site: stack.site});
    if (!inverted) path.reverse();
    let node = root;
    root.value += value;
    for (const step of path) {
      let child = node.children.get(step.name);
      if (!child) {
        child = {name: step.name, frame: step.frame, site: step.site, value: 0, own: 0, children: new Map(), depth: node.depth + 1, parent: node};
        node.children.set(step.name, child);
      }
      child.value += value;
      node = child;
    }
    node.own += value;
  }
  return root;
}

function boxColour(node) {
  if (node.site !== undefined) return DATA.sites[node.site].heap ? '#f0935a' : '#6cc9bb';
  let h = 0;
  for (const c of node.name) h = (h * 31 + c.charCodeAt(0)) >>> 0;
  if (flame.metric.stacks !== 'alloc') return `hsl(${225 + h % 60} 60% ${74 + h % 9}%)`;
  return node.frame && isLibrary(frameOf(node.frame).package) ? `hsl(210 ${10 + h % 12}% ${76 + h % 8}%)` : `hsl(${36 + h % 18} ${70 + h % 20}% ${72 + h % 8}%)`;
}

function describeNode(node) {
  const metric = flame.metric, total = flame.root.value;
  let text = `${node.name}: ${metric.text(node.value)}, ${percentText(node.value / total)} of all`;
  if (node.own && node.own !== node.value) text += `; itself ${metric.text(node.own)}`;
  if (node.frame) text += `  —  ${placeText(frameOf(node.frame))}`;
  if (node.site !== undefined && DATA.sites[node.site].reason) text += `  —  ${DATA.sites[node.site].reason}`;
  return text;
}

function drawFlame() {
  const area = byId('flame'), width = area.clientWidth || 1000, word = searchWord();
  area.textContent = '';
  if (!flame.root || !flame.root.value) return;
  const top = flame.zoomed || flame.root;
  let deepest = 0, found = 0;
  const box = (node, left, size, faded) => {
    if (size < 0.6) return;
    const isFound = word && node.name.toLowerCase().includes(word);
    const e = make('div', {class: 'box' + (isFound ? ' found' : '') + (faded ? ' faded' : ''), title: describeNode(node),
      style: `left:${left}px;top:${node.depth * flame.height}px;width:${size}px;background:${boxColour(node)}`}, size > 28 ? node.name : '');
    e.onclick = () => zoomFlame(node);
    e.ondblclick = () => { if (node.frame) showSource(frameOf(node.frame)); };
    e.onmouseenter = () => { byId('flame-info').textContent = describeNode(node); };
    area.append(e);
    deepest = Math.max(deepest, node.depth);
  };
  const draw = (node, left, size) => {
    box(node, left, size, false);
    let at = left;
    const children = [...node.children.values()].sort((a, b) => a.name < b.name ? -1 : 1);
    for (const child of children) {
      const part = size * child.value / node.value;
      if (part >= 0.6) draw(child, at, part);
      at += part;
    }
  };
  for (let p = top.parent; p; p = p.parent) box(p, 0, width, true);
  draw(top, 0, width);
  area.style.height = (deepest + 1) * flame.height + 'px';
  // What is found below a found box is not counted again.
  const sum = node => word && node.name.toLowerCase().includes(word) ? node.value : [...node.children.values()].reduce((n, c) => n + sum(c), 0);
  if (word) found = sum(top);
  byId('flame-found').textContent = word ? `matched: ${flame.metric.text(found)}, ${percentText(found / top.value)}` : '';
  byId('flame-reset').disabled = !flame.zoomed;
}

function zoomFlame(node) {
  flame.zoomed = node && node !== flame.root ? node : null;
  drawFlame();
}

function startFlame() {
  const select = byId('flame-metric');
  for (const m of usableMetrics) select.append(make('option', {value: m.id}, m.name));
  const build = () => {
    flame.metric = METRICS.find(m => m.id === select.value);
    flame.inverted = byId('flame-inverted').checked;
    flame.root = flame.metric ? flameTree(flame.metric, flame.inverted) : null;
    flame.zoomed = null;
    drawFlame();
  };
  select.onchange = byId('flame-inverted').onchange = build;
  byId('flame-reset').onclick = () => zoomFlame(null);
  if (usableMetrics.length) {
    const preferred = {Cpu: 'cpu', Block: 'block', Mutex: 'mutex'}[DATA.subject];
    select.value = usableMetrics.some(m => m.id === preferred) ? preferred : usableMetrics[0].id;
  }
  build();
}
