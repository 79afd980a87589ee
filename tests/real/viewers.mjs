// What viewers make of exported files: figures by function, a line each: `calls total self name`, nanoseconds; calls 0
// where a viewer counts none. node viewers.mjs VIEWER FILE; npm's packages are found from the working directory.
import fs from 'node:fs';
import path from 'node:path';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

const require = createRequire(path.join(process.cwd(), 'x.js'));
const load = name => import(pathToFileURL(path.join(process.cwd(), 'node_modules', name)));
const [viewer, file] = process.argv.slice(2);

const figures = new Map();
function add(name, calls, total, self) {
  const f = figures.get(name) ?? {calls: 0, total: 0, self: 0};
  figures.set(name, {calls: f.calls + calls, total: f.total + total, self: f.self + self});
}

// DevTools' own parser, as the Performance panel runs it.
async function devtools() {
  const Trace = await load('@paulirish/trace_engine/models/trace/trace.js');
  const model = Trace.TraceModel.Model.createWithAllHandlers();
  await model.parse(JSON.parse(fs.readFileSync(file)).traceEvents);
  const walk = (node, open) => {
    const {name, dur, ph, args} = node.entry;
    if (ph === 'X') {
      const ns = Math.round(dur * 1000);
      add(name, args?.began === 'inherited' ? 0 : 1, open.has(name) ? 0 : ns, Math.round(node.selfTime * 1000));
      open = new Set(open).add(name);
    }
    node.children.forEach(child => walk(child, open));
  };
  for (const thread of Trace.Handlers.Threads.threadsInTrace(model.parsedTrace().data))
    thread.tree.roots.forEach(root => walk(root, new Set()));
}

async function page(url) {
  const puppeteer = (await load('puppeteer-core/lib/puppeteer/puppeteer-core.js')).default;
  const browser = await puppeteer.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--allow-file-access-from-files', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--window-size=1400,3000']});
  const tab = await browser.newPage();
  await tab.setViewport({width: 1400, height: 3000});
  await tab.goto(url);
  return {browser, tab};
}

// speedscope's page: the table of its sandwich view. Of a file with several profiles each is shown in turn.
async function speedscope() {
  const script = path.resolve('prof.js'), release = path.resolve('node_modules/speedscope/dist/release');
  fs.writeFileSync(script, `speedscope.loadFileFromBase64(${JSON.stringify(path.basename(file))}, ` +
    `${JSON.stringify(fs.readFileSync(file).toString('base64'))})`);
  const {browser, tab} =
    await page(`${pathToFileURL(release)}/index.html#view=sandwich&localProfilePath=${script.slice(1)}`);
  await tab.waitForFunction(() => [...document.querySelectorAll('table td')].some(cell => cell.innerText.includes('(')),
    {timeout: 60000});
  const rows = await tab.evaluate(() => [...document.querySelectorAll('table tr')]
    .map(row => [...row.querySelectorAll('td')].map(cell => cell.innerText)));
  await tab.screenshot({path: 'speedscope.png'});
  const units = {ns: 1, 'µs': 1e3, ms: 1e6, s: 1e9};
  const ns = text => {
    const [, number, unit] = /([0-9.]+)\s*(ns|µs|ms|s)?/.exec(text.replaceAll(',', ''));
    return Math.round(Number(number) * (units[unit] ?? 1));
  };
  // Of Chrome's events it takes the arguments into the name.
  for (const [total, self, name] of rows.filter(row => row[0]?.includes('(')))
    add(name.trim().replace(/ \{.*\}$/, ''), 0, ns(total), ns(self));
  await browser.close();
}

// Against the schema that speedscope publishes.
async function schema() {
  const Ajv = require('ajv');
  const check = new (Ajv.default ?? Ajv)({strict: false})
    .compile(JSON.parse(fs.readFileSync('node_modules/speedscope/dist/release/file-format-schema.json')));
  if (!check(JSON.parse(fs.readFileSync(file)))) throw new Error(JSON.stringify(check.errors.slice(0, 3)));
}

async function pprof() {
  const {Profile} = require('pprof-format');
  const profile = Profile.decode(fs.readFileSync(file)), text = profile.stringTable.strings;
  const names = new Map(profile.function.map(f => [Number(f.id), text[Number(f.name)]]));
  const functions = new Map(profile.location.map(l => [Number(l.id), names.get(Number(l.line[0].functionId))]));
  for (const {locationId, value} of profile.sample) {
    const way = locationId.map(id => functions.get(Number(id))), [calls, ns] = value.map(Number);
    add(way[0], calls, 0, ns);
    new Set(way).forEach(name => add(name, 0, ns, 0));
  }
}

// Drawn by mermaid in a page: as many boxes and arrows as the text has.
async function mermaid() {
  const text = fs.readFileSync(file, 'utf8');
  const {browser, tab} = await page('about:blank');
  await tab.addScriptTag({path: 'node_modules/mermaid/dist/mermaid.min.js'});
  const drawn = await tab.evaluate(async source => {
    mermaid.initialize({startOnLoad: false, maxEdges: 500});
    document.body.innerHTML = (await mermaid.render('drawing', source)).svg;
    return [document.querySelectorAll('g.node').length, document.querySelectorAll('path.flowchart-link').length,
      document.body.innerText];
  }, text);
  await tab.screenshot({path: 'mermaid.png'});
  await browser.close();
  const nodes = text.match(/^  n\d+\[/gm)?.length ?? 0, edges = text.match(/-->/g)?.length ?? 0;
  if (drawn[0] !== nodes || drawn[1] !== edges) throw new Error(`${drawn[0]} of ${nodes} boxes, ${drawn[1]} of ${edges} arrows`);
}

await {devtools, speedscope, schema, pprof, mermaid}[viewer]();
for (const [name, f] of figures) console.log(`${f.calls} ${f.total} ${f.self} ${name}`);
process.exit(0);
