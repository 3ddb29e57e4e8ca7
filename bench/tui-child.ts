/**
 * The measured program: a fleet whose hosts never stop changing, drawn by the console (`ink`) or by a writer that
 * only sends changed rows (`raw`). Runs what ships, so build first. Prints its costs to the file it is given.
 */
import { writeFileSync } from 'node:fs';
import type * as ConsoleModule from '../src/tui/console.tsx';
import type * as FrameModule from '../src/tui/frame.ts';
import type * as RunModule from '../src/store/run.ts';
import type * as PressModule from '../src/tui/press.ts';
import type * as SpotModule from '../src/tui/spot.ts';
import type * as ThemeModule from '../src/tui/theme.ts';
import type { RunEvent } from '../src/core/event.ts';
import { fleet } from '../test/support/fleet.ts';

const [mode = 'ink', hosts = '1000', perSecond = '500', report = ''] = process.argv.slice(2);
process.env['NODE_ENV'] ??= 'production';
const dist = (file: string): string => new URL(`../dist/${file}`, import.meta.url).href;

const NOWHERE = {
  evidence: async () => '{}',
  statusPath: async () => '',
  doctor: async () => '',
  runs: async () => [],
  save: async () => 'file',
  view: async () => {},
  remember: async () => {},
  pause: undefined,
  onPause: () => () => {},
  entryOf: () => undefined,
  tell: (sentence: string) => sentence,
};

const importedAt = performance.now();
const { openConsole }: typeof ConsoleModule = await import(dist('tui/console.js'));
const importMs = performance.now() - importedAt;
const { createRunStore }: typeof RunModule = await import(dist('store/run.js'));

const { start, events } = fleet(Number(hosts));
const store = createRunStore();
for (const event of [start, ...events]) store.apply(event);
const changes = events.filter((event) => event.type === 'host.done').map(revised);

const cpu = process.cpuUsage();
const began = performance.now();
let next = 0;
setInterval(() => {
  for (let count = 0; count < Number(perSecond) / 100; count += 1) {
    const change = changes[next++ % changes.length];
    if (change !== undefined) store.apply(change);
  }
}, 10);
process.on('exit', () => {
  const { user, system } = process.cpuUsage(cpu);
  const share = (user + system) / 1000 / (performance.now() - began);
  const rssMb = process.memoryUsage.rss() / 1e6;
  writeFileSync(report, JSON.stringify({ importMs, cpuPercent: share * 100, rssMb }));
});

if (mode === 'raw') await drawRaw();
else {
  openConsole({
    store,
    title: 'bench',
    onInterrupt: () => process.exit(),
    outside: NOWHERE,
    stdout: process.stdout,
    stdin: process.stdin,
    hasColor: true,
    isAscii: false,
  });
}

/** Each host changes between its own verdict and that of the host before it, so that rows and groups move. */
function revised(
  event: Extract<RunEvent, { type: 'host.done' }>,
  index: number,
  all: readonly RunEvent[],
): RunEvent {
  const other = all[(index * 7 + 1) % all.length];
  const outcome = other?.type === 'host.done' ? other.outcome : event.outcome;
  const { seq, at, host } = event;
  return { type: 'host.revised', seq, at, host, outcome };
}

async function drawRaw(): Promise<void> {
  const { frameOf }: typeof FrameModule = await import(dist('tui/frame.js'));
  const { press }: typeof PressModule = await import(dist('tui/press.js'));
  const { START }: typeof SpotModule = await import(dist('tui/spot.js'));
  const { createTheme }: typeof ThemeModule = await import(dist('tui/theme.js'));
  const theme = createTheme({ hasColor: true, isAscii: false });
  const { columns, rows } = process.stdout;
  let spot = START;
  let shown: readonly string[] = [];
  let extent = {
    tableHeight: 1,
    pageHeight: 1,
    lastScroll: 0,
    lastDetailScroll: 0,
    detailHeight: 0,
    headLines: 0,
    helpPages: 1,
  };
  const paint = (): void => {
    const drawing = { store, theme, title: 'bench', width: columns, now: Date.now(), ...NOWHERE };
    const frame = frameOf({
      drawing,
      spot,
      size: { columns, rows },
      reading: { kind: 'missing' },
      isDemo: false,
    });
    const changed = frame.rows.map((row, line) =>
      row === shown[line] ? '' : `\u001b[${line + 1};1H\u001b[K${row}`,
    );
    process.stdout.write(changed.join(''));
    ({ extent } = frame);
    shown = frame.rows;
  };
  store.subscribe(paint);
  process.stdin.setRawMode(true).on('data', (keys: Buffer) => {
    if (keys[0] === 3) process.exit();
    for (const key of keys.toString())
      spot = press(spot, key, {
        store,
        extent,
        now: Date.now(),
        theme,
        reading: { kind: 'missing' },
      });
    paint();
  });
  process.stdout.write('\u001b[?1049h\u001b[?7l');
  paint();
}
