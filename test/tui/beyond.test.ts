/** Copying, files, other programs, and the table that stands still. */
import { afterEach, expect, test } from 'vitest';
import { hostId } from '../../src/core/host.ts';
import { copySequence } from '../../src/tui/clipboard.ts';
import { done, finding, finished, info, judged, started } from '../support/events.ts';
import { fleet } from '../support/fleet.ts';
import { open as openScreen, type OpenOptions, type Screen } from '../support/screen.ts';

let opened: Screen | undefined;

async function open(options?: OpenOptions): Promise<Screen> {
  opened = await openScreen(options);
  return opened;
}

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const small = fleet(120);
const whole = [small.start, ...small.events, small.end];
const half = [small.start, ...small.events.slice(0, 300)];
const text = (screen: Screen): string => screen.rows().join('\n');
const letters = (typed: string): string[] => Array.from(typed);

/** What was copied last. */
function copied(screen: Screen): string {
  // oxlint-disable-next-line no-control-regex -- the sequence itself
  const all = [...screen.written().matchAll(/\u001b\]52;c;([\w+/=]*)\u0007/gu)];
  return Buffer.from(all.at(-1)?.[1] ?? '', 'base64').toString();
}

test('y copies the name of what the cursor is on, Y all that is known of it', async () => {
  const screen = await open({ events: whole });
  await screen.press('y');
  expect(copied(screen)).toBe('wsus-server-error');
  expect(text(screen)).toContain('copied: wsus-server-error');
  await screen.press('enter', 'j', 'y');
  expect(copied(screen)).toBe('ws-0001');
  await screen.press('Y');
  expect(JSON.parse(copied(screen))).toMatchObject({
    name: 'ws-0001',
    labels: { site: 'milano' },
    verdict: { cause: 'wsus-server-error' },
  });
  await screen.press('e', 'y');
  expect(copied(screen)).toBe('ws-0001');
});

test('a copy goes through tmux and screen, and one that no terminal takes is refused', async () => {
  expect(copySequence('a', 'none')).toBe('\u001b]52;c;YQ==\u0007');
  expect(copySequence('a', 'tmux')).toContain('\u001bPtmux;\u001b\u001b]52;c;YQ==\u0007\u001b\\');
  expect(copySequence('a'.repeat(600), 'screen')?.split('\u001bP')).toHaveLength(5);
  expect(copySequence('a'.repeat(60_000), 'none')).toBeUndefined();
  const big = fleet(9000);
  const screen = await open({ events: [big.start] });
  await screen.press('Y');
  expect(text(screen)).toContain('too much for the clipboard');
});

test('x writes what is shown, or what is marked, and says where', async () => {
  const saved: unknown[] = [];
  const screen = await open({
    events: whole,
    outside: {
      save: async (format, hosts) => {
        saved.push([format, hosts.length]);
        return `out.${format}`;
      },
    },
  });
  await screen.press('/', ...letters('site:milano'), 'enter', 'x', 'down', 'enter');
  expect(text(screen)).toContain('20 hosts written to out.csv');
  await screen.press('esc', 'enter', 'j', 'space', 'space', 'x', 'x');
  expect(text(screen)).toContain('2 hosts written to out.json');
  await screen.press('u', 'e', 'x', 'x');
  expect(saved).toEqual([
    ['csv', 20],
    ['json', 2],
    ['json', 10],
  ]);
});

test('what cannot be written is said, and the screen stays', async () => {
  const screen = await open({
    events: whole,
    outside: {
      save: async () => {
        throw new Error('EROFS: read-only file system');
      },
    },
  });
  await screen.press('x', 'enter');
  expect(text(screen)).toContain('that failed: EROFS');
  await screen.press('j');
  expect(text(screen)).not.toContain('that failed');
});

test('o and E hand the terminal over with all of what is shown, and take it back while the run goes on', async () => {
  const seen: { text: string; viewer: string; isOpen: boolean; isRaw: boolean }[] = [];
  let leave = (): void => {};
  const screen: Screen = await open({
    events: half,
    outside: {
      view: (shown, viewer) => {
        seen.push({ text: shown, viewer, isOpen: screen.isOpen(), isRaw: screen.isRaw() });
        return new Promise((resolve) => (leave = resolve));
      },
    },
  });
  await screen.press('enter', 'o');
  expect(screen.isOpen()).toBe(false);
  expect(screen.terminal.modes.wraparoundMode).toBe(true);
  expect(seen[0]).toMatchObject({ viewer: 'pager', isRaw: false });
  expect(seen[0]?.text).toMatch(/^fleet.yml > causes\n\n.*HOST[^]*ws-0001[^]*Queued/u);
  await screen.play(...small.events.slice(300), small.end);
  leave();
  await screen.pass(200);
  expect(screen.isOpen()).toBe(true);
  expect(screen.isRaw()).toBe(true);
  expect(screen.terminal.modes.wraparoundMode).toBe(false);
  expect(screen.rows()[1]).toContain('done in');
  await screen.press('j', 'enter', 'E');
  leave();
  await screen.pass(200);
  expect(seen[1]).toMatchObject({ viewer: 'editor' });
  expect(seen[1]?.text).toContain('BECAUSE');
});

test('a pager that is not there is said', async () => {
  const screen = await open({
    events: whole,
    outside: {
      view: async () => {
        throw new Error('spawn less ENOENT');
      },
    },
  });
  await screen.press('o');
  await screen.pass(200);
  expect(screen.isOpen()).toBe(true);
  expect(text(screen)).toContain('that failed: spawn less ENOENT');
});

test('f freezes the table while totals go on, says how far it is behind, and lets it go', async () => {
  const a = hostId('ws-a');
  const b = hostId('ws-b');
  const screen = await open({
    events: [started([info(a), info(b)]), done(a, judged([finding('disk-full')]))],
  });
  await screen.press('f');
  const table = screen.rows().slice(5, 9);
  await screen.play(done(b, judged([finding('disk-full')])), done(a, judged([])));
  expect(screen.rows().slice(5, 9)).toEqual(table);
  expect(screen.rows()[0]).toContain('2/2');
  expect(screen.rows().at(-3)).toContain('frozen, 2 changes behind');
  await screen.press('f');
  expect(screen.rows().slice(5, 9)).not.toEqual(table);
  expect(text(screen)).not.toContain('frozen');
});

test('where nobody was asked, r says so', async () => {
  const start = started([info('ws-a')]);
  if (start.type !== 'run.started') throw new Error('started');
  const screen = await open({
    events: [{ ...start, run: { ...start.run, source: 'demo' } }, done(hostId('ws-a'), judged([]))],
  });
  await screen.press('r');
  expect(text(screen)).toContain('nobody was asked in this run');
});

test('r waits for the end of the run', async () => {
  const screen = await open({ events: [started([info('ws-a')])] });
  await screen.press('r');
  expect(text(screen)).toContain('the run is still going; when it is over, r asks again');
  expect(text(screen)).not.toContain('ask 1 host again');
});

const overAll = [
  started([info('ws-a'), info('ws-b'), info('ws-c')]),
  ...['ws-a', 'ws-b', 'ws-c'].map((name) => done(hostId(name), judged([finding('disk-full')]))),
  finished(),
];

test.each([
  { what: 'those of the group', keys: ['r'], hosts: ['ws-a', 'ws-b', 'ws-c'] },
  { what: 'the host under the cursor', keys: ['enter', 'j', 'r'], hosts: ['ws-a'] },
  { what: 'the marked', keys: ['enter', 'j', 'space', 'space', 'r'], hosts: ['ws-a', 'ws-b'] },
  { what: 'the host of the page', keys: ['enter', 'j', 'enter', 'r'], hosts: ['ws-a'] },
  { what: 'those of the cause’s page', keys: ['e', 'r'], hosts: ['ws-a', 'ws-b', 'ws-c'] },
])('r shows whom it asks again, $what, and Enter does', async ({ keys, hosts }) => {
  const screen = await open({ events: overAll });
  await screen.press(...keys);
  expect(text(screen)).toContain(
    hosts.length === 1 ? 'ask 1 host again?' : `ask ${hosts.length} hosts again?`,
  );
  expect(text(screen)).toContain('as a new run; this one stays as it is');
  for (const host of hosts) expect(text(screen)).toMatch(new RegExp(`│ .*${host}`, 'u'));
  await screen.press('enter');
  await expect(screen.console.waitUntilExit()).resolves.toEqual({ again: hosts });
});

test('esc asks nobody; a mark that the filter hides is counted in the plan', async () => {
  const screen = await open({ events: overAll });
  await screen.press('enter', 'j', 'space', '/', ...letters('host:ws-c'), 'enter', 'r');
  expect(text(screen)).toContain('1 of them hidden by the filter');
  await screen.press('esc');
  expect(text(screen)).not.toContain('again?');
  expect(screen.isOpen()).toBe(true);
});

test('y in the plan copies the command that does the same, as one word a shell takes', async () => {
  const odd = hostId("it's; rm -rf");
  const screen = await open({
    events: [started([info(odd)]), done(odd, judged([finding('disk-full')])), finished()],
  });
  await screen.press('r', 'y');
  expect(copied(screen)).toBe(String.raw`patchwhy scan -i FILE -l 'it'\''s; rm -rf'`);
});

test('Ctrl-Z, or a signal that means the same, gives the terminal back until the program is woken', async () => {
  const seen: boolean[] = [];
  let ask = (): void => {};
  const screen: Screen = await open({
    events: half,
    outside: {
      pause: () => {
        seen.push(screen.isOpen(), screen.isRaw(), screen.terminal.modes.wraparoundMode);
      },
      onPause: (listener) => {
        ask = listener;
        return () => {};
      },
    },
  });
  await screen.press('enter', 'j', 'ctrl-z');
  await screen.pass(200);
  expect(seen).toHaveLength(3);
  expect(seen[1]).toBe(false);
  expect(screen.isOpen() && screen.isRaw()).toBe(true);
  expect(screen.chosen()).toContain('ws-0001');
  ask();
  await screen.pass(200);
  expect(seen).toHaveLength(6);
  expect(screen.chosen()).toContain('ws-0001');
});

test('a system that cannot put programs to sleep says so', async () => {
  const screen = await open({ events: half });
  await screen.press('ctrl-z');
  expect(text(screen)).toContain('cannot put programs to sleep');
});

test('the title says how far the run is, at most once a second, and is given back', async () => {
  const screen = await open({ events: half });
  expect(screen.written()).toContain('\u001b[22;2t');
  expect(screen.written()).toContain('\u001b]2;patchwhy 54/120 x 9\u0007');
  await screen.play(...small.events.slice(300, 330));
  await screen.play(...small.events.slice(330, 360));
  expect(screen.written().split('\u001b]2;')).toHaveLength(2);
  await screen.play(...small.events.slice(360), small.end);
  // oxlint-disable-next-line no-control-regex -- the end of the sequence
  expect(screen.written()).toMatch(/\]2;patchwhy 120\/120 x \d+\u0007/u);
  await screen.press('q');
  expect(screen.written()).toContain('\u001b[23;2t');
});

test.each([
  ['light', '\u001b[38;5;124m'],
  ['dark', '\u001b[38;5;210m'],
  ['contrast', '\u001b[91m'],
  ['mono', '\u001b[1m✗'],
])('the theme %s is a command away, and is remembered', async (name, style) => {
  const remembered: unknown[] = [];
  const screen = await open({
    events: half,
    outside: {
      remember: async ({ themeName }) => {
        remembered.push(themeName);
      },
    },
  });
  await screen.press(':', ...letters(`theme ${name}`), 'enter');
  expect(screen.written().slice(-6000)).toContain(style);
  expect(remembered).toEqual([name]);
});
