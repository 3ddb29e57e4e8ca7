/** Marks, the palette, and the pages of a cause and a host. */
import { afterEach, expect, test } from 'vitest';
import type { Entry } from '../../src/core/entry.ts';
import { hostId } from '../../src/core/host.ts';
import { done, finding, fleetJudged, info, judged, staged, started } from '../support/events.ts';
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
const letters = (text: string): string[] => Array.from(text);
const text = (screen: Screen): string => screen.rows().join('\n');

test('space marks a host and goes on; marks survive filter, order and grouping', async () => {
  const screen = await open({ events: whole });
  await screen.press('enter', 'j', 'space', 'space');
  expect(screen.rows()[6]).toMatch(/^ ✱✗ ws-0001/u);
  expect(screen.rows().at(-3)).toContain('marked 2');
  await screen.press('/', ...letters('site:torino'), 'enter');
  expect(screen.rows().at(-3)).toContain('marked 2, 2 of them hidden');
  await screen.press('esc', 's', 'down', 'enter', 'g', 'down', 'enter', 'g', 'g');
  expect(screen.rows().at(-3)).toContain('marked 2');
  expect(screen.rows().filter((row) => /^.✱✗ /u.test(row))).toHaveLength(2);
});

test('space on a group marks all of its hosts, and once they are, none; * marks what is shown, u takes all away', async () => {
  const screen = await open({ events: whole });
  await screen.press('space');
  expect(screen.rows().at(-3)).toContain('marked 10');
  expect(screen.rows()[5]).toMatch(/^▸✱⚑ WSUS/u);
  await screen.press('space');
  expect(text(screen)).not.toContain('marked');
  await screen.press('/', ...letters('site:milano'), 'enter', '*');
  const [, shown] = /(\d+) of 120 shown/u.exec(screen.rows().at(-3) ?? '') ?? [];
  expect(screen.rows().at(-3)).toContain(`marked ${shown}`);
  await screen.press('esc', 'esc');
  expect(text(screen)).not.toContain('marked');
  await screen.press('*', 'u');
  expect(text(screen)).not.toContain('marked');
});

test('V marks from the host that was marked last to the cursor, either way, and leaves folded groups alone', async () => {
  const screen = await open({ events: whole });
  await screen.press('enter', 'j', 'V');
  expect(screen.rows().at(-3)).toContain('marked 1');
  await screen.press('j', 'j', 'V');
  expect(screen.rows().at(-3)).toContain('marked 4');
  await screen.press('u', 'home', 'j', 'j', 'j', 'space', 'k', 'k', 'k', 'V');
  expect(screen.rows().at(-3)).toContain('marked 3');
  await screen.press('u', 'home', 'j', 'space', 'end', 'enter', 'end', 'V');
  const marks = screen.rows().at(-3) ?? '';
  expect(Number(/marked (\d+)/u.exec(marks)?.[1])).toBeLessThan(120);
});

test('n and p go from host to host over the rows of groups', async () => {
  const screen = await open({ events: whole });
  await screen.press('j', 'enter', 'home', 'n');
  expect(screen.chosen()).toMatch(/^▌ [✗↻] /u);
  const first = screen.chosen();
  await screen.press('n');
  expect(screen.chosen()).not.toBe(first);
  await screen.press('p');
  expect(screen.chosen()).toBe(first);
  await screen.press('p');
  expect(screen.chosen()).toBe(first);
});

test(': lists what can be done here with its key, and does it', async () => {
  const screen = await open({ events: whole });
  await screen.press(':');
  expect(text(screen)).toMatch(/:▏[^]*filter +\/ +filter/u);
  await screen.press(...letters('grsite'), 'enter');
  expect(screen.rows()[0]).toContain('hosts by site');
});

test.each([
  ['a cause', 'disk-f', 'disk-full'],
  ['a host', 'ws0142', 'ws-0142'],
])(': goes to %s by a few of its letters', async (_, typed, name) => {
  const big = fleet(200);
  const screen = await open({ events: [big.start, ...big.events, big.end] });
  await screen.press(':', ...letters(typed), 'enter');
  expect(screen.rows()[0]).toContain(`› ${name}`);
  await screen.press('esc');
  expect(screen.rows()[0]).not.toContain(name);
});

test(': says when nothing fits, esc closes it, letters are letters', async () => {
  const screen = await open({ events: whole });
  await screen.press(':', ...letters('qqzz?j'), 'enter');
  expect(text(screen)).toContain('nothing fits');
  await screen.press('esc');
  expect(text(screen)).not.toContain('command');
  expect(screen.isOpen()).toBe(true);
});

const entry: Entry = {
  id: 'disk-full',
  title: 'Disk',
  category: 'disk-space',
  manager: 'These computers are out of room.',
  next: 'free 10 GiB',
  check: 'look at C:',
  fix: 'clean up',
  verify: 'search again',
  risk: 'low',
  reboot: 'no',
  sources: ['a page of the vendor'],
  links: [],
};

test('e shows the cause: how far, since when, what is shared, what to do, its hosts', async () => {
  const hosts = Array.from({ length: 3 }, (_, at) => hostId(`ws-${at}`));
  const other = hostId('well');
  const screen = await open({
    size: [80, 60],
    outside: { entryOf: () => entry },
    events: [
      started([...hosts.map((id) => info(id, { site: 'roma' })), info(other, { site: 'milano' })]),
      ...hosts.map((id) => done(id, judged([finding('disk-full')]))),
      done(other, judged([])),
      fleetJudged({
        spreads: [
          {
            cause: 'disk-full',
            title: 'Disk',
            hosts: 3,
            tried: 4,
            interval: { low: 0.3, high: 0.95 },
            reach: 'systemic',
            since: { at: '2026-11-18T05:02:00Z', hosts: 2 },
            pattern: {
              tie: 'relay',
              shared: [
                {
                  kind: 'wsus',
                  value: 'http://w1',
                  bearing: 'relay',
                  affected: 3,
                  affectedKnown: 3,
                  others: 0,
                  othersKnown: 1,
                  p: 0.013,
                },
              ],
              changed: [
                { kind: 'update', value: 'KB5', hosts: 2, of: 3, at: '2026-11-17T01:00:00Z' },
              ],
              test: { name: 'fisher-exact', correction: 'tarone-holm', looked: 1, alpha: 0.05 },
            },
          },
        ],
        fixes: [{ cause: 'disk-full', title: 'Disk', hosts: 3, total: 3, unseen: 1 }],
      }),
    ],
  });
  await screen.press('e');
  expect(screen.rows().slice(0, 46)).toMatchInlineSnapshot(`
    [
      "patchwhy  fleet.yml › causes › disk-full                                  1 of 2",
      "────────────────────────────────────────────────────────────────────────────────",
      "⚑ Title of disk-full                                          disk-full  3 hosts",
      "  These computers are out of room.",
      "",
      "  HOW FAR IT REACHES",
      "     3 hosts of 4 that could have shown it (95 % certain: 30 to 95 of 100)",
      "     at one site of 2: roma 3",
      "     since 2026-11-18 05:02Z, 3 d ago (2 of 3 hosts tell since when)",
      "     fixing it brings 3 hosts back, 1 of them only as far as can be seen now",
      "",
      "  WHAT THESE HOSTS SHARE",
      "     relay: wsus http://w1  3 of 3 here, 0 of 1 others; by chance 1.3 %",
      "     all of site roma",
      "",
      "  WHAT CHANGED IN THE WEEK BEFORE",
      "     update KB5 on 2 of 3, from 2026-11-17 01:00Z on",
      "",
      "  DO NEXT",
      "     free 10 GiB",
      "",
      "  CHECK",
      "     look at C:",
      "",
      "  FIX",
      "     clean up",
      "",
      "  VERIFY",
      "     search again",
      "",
      "     risk of the fix: low, restart needed: no",
      "",
      "  SOURCES",
      "     a page of the vendor",
      "",
      "  HOSTS  3",
      "▌ ✗ ws-0               roma             sign of disk-full                    90%",
      "  ✗ ws-1               roma             sign of disk-full                    90%",
      "  ✗ ws-2               roma             sign of disk-full                    90%",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
    ]
  `);
  await screen.press('j', 'enter');
  expect(screen.rows()[0]).toContain('causes › disk-full › ws-1');
  await screen.press('n', 'esc');
  expect(screen.chosen()).toContain('ws-2');
  await screen.press('space');
  expect(screen.rows().at(-3)).toContain('marked 1');
});

test('a page of many hosts scrolls through its text to the last host and back', async () => {
  const screen = await open({ events: whole });
  await screen.press('j', 'j', 'j', 'j', 'j', 'j', 'j', 'e');
  expect(screen.rows()[2]).toContain('Nothing to do');
  await screen.press('end');
  expect(screen.chosen()).toContain('0119');
  await screen.press('pgup', 'home');
  expect(screen.rows()[2]).toContain('Nothing to do');
});

test('a host that is out of sight is shown before anything is done to it', async () => {
  const screen = await open({ size: [80, 14], events: whole });
  await screen.press('e', 'space');
  expect(text(screen)).not.toContain('marked');
  expect(screen.chosen()).toContain('ws-0001');
  await screen.press('space');
  expect(text(screen)).toContain('marked 1');
});

test('from 120 columns on the detail of the chosen row stands beside the table, and v takes it away', async () => {
  const screen = await open({ size: [140, 30], events: whole });
  expect(screen.rows()[4]).toMatch(/CONF│ ⚑ WSUS answers with server errors$/u);
  await screen.press('enter', 'j');
  expect(screen.rows()[4]).toMatch(/CONF│ ws-0001$/u);
  expect(text(screen)).toMatch(/│ {3}BECAUSE/u);
  await screen.resize(140, 16);
  await screen.press('ctrl-d');
  expect(text(screen)).not.toContain('│ ws-0001');
  await screen.press('ctrl-u');
  expect(text(screen)).toContain('│ ws-0001');
  await screen.press('v');
  expect(text(screen)).not.toContain('│');
  await screen.resize(119, 30);
  await screen.press('v');
  expect(text(screen)).not.toContain('│');
});

test('the tabs of a host: attempts, the way to it, the document itself', async () => {
  const id = hostId('ws-a');
  const screen = await open({
    events: [
      started([info(id)]),
      staged(id, 'tcp', 0),
      staged(id, 'auth', 4),
      done(id, judged([finding('disk-full')]), 25),
    ],
    outside: {
      statusPath: async () => 'ws-a  Install error\n\n  1. No policy: no',
      evidence: async () =>
        JSON.stringify({
          schema: 'evidence/1',
          windowsUpdate: {
            history: [
              {
                time: '2026-11-01T01:00:00Z',
                operation: 'install',
                result: 'succeeded',
                title: 'old',
              },
              {
                time: '2026-11-02T01:00:00Z',
                operation: 'install',
                result: 'failed',
                hresult: '0x80070643',
                title: 'new',
              },
            ],
          },
          hotfixes: [{ kb: 'KB5990904', installedOn: '2026-09-16' }],
        }),
    },
  });
  await screen.press('enter', 'j', 'enter', 'tab');
  expect(screen.rows().slice(2, 9)).toEqual([
    '  ATTEMPTS, as Windows Update kept them',
    '     2026-11-02 01:00  install failed        0x80070643 new',
    '     2026-11-01 01:00  install succeeded                old',
    '',
    '  INSTALLED',
    '     2026-09-16        KB5990904',
    '',
  ]);
  await screen.press('tab');
  expect(text(screen)).toMatch(/tcp +connecting +4 ms\n +auth +signing in +21 ms/u);
  expect(text(screen)).toContain('1. No policy: no');
  await screen.press('tab');
  expect(text(screen)).toContain('"schema": "evidence/1"');
});
