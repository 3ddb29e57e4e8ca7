import { afterEach, expect, test } from 'vitest';
import { hostId } from '../../src/core/host.ts';
import type { Departure } from '../../src/tui/spot.ts';
import {
  done,
  finding,
  finished,
  fleetJudged,
  info,
  judged,
  noContact,
  notice,
  revised,
  staged,
  started,
} from '../support/events.ts';
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
const a = hostId('ws-a');
const b = hostId('ws-b');
const SIZES = [
  [80, 24],
  [140, 40],
  [60, 12],
] as const;

test('before the run starts the screen says what it is reading, at once', async () => {
  const screen = await open();
  expect(screen.isOpen()).toBe(true);
  expect(screen.rows().slice(0, 2)).toEqual(['patchwhy  fleet.yml › causes', 'reading fleet.yml']);
});

test('while hosts answer, the table is grouped by cause, recurring first, with totals and progress [NIN-17]', async () => {
  const screen = await open({ events: half });
  expect(screen.rows().slice(0, 13)).toMatchInlineSnapshot(`
    [
      "patchwhy  fleet.yml › causes       54/120  ✗ 9  ↻ 2  ! 1  ? 1  ✓ 41  » 17  00:00",
      "━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╸────────────────────────────────────────  45 %",
      " ⚑  WSUS answers with server errors  5 hosts  shared: site milano, grou⋯ +1 more",
      "    do next: restart the WsusPool application pool on wsus-mi01, then let the h⋯",
      "    HOST               SITE      SINCE  WHY                                 CONF",
      "▸ ⚑ WSUS answers with server errors         wsus-server-error            5 hosts",
      "▸ ⚑ System disk full                        disk-full                    3 hosts",
      "▸   Restart pending for servicing           pending-reboot               2 hosts",
      "▸   Component store damaged                 component-store-corrupt       1 host",
      "▸ ! Sign-in refused by the host             contact-auth                  1 host",
      "▸ ? Not enough evidence                     not-enough-evidence           1 host",
      "▸ ✓ Nothing to do                           ok                          41 hosts",
      "▾ » At work                                                             17 hosts",
    ]
  `);
});

test('every group says how many hosts it has, and the groups add up to the fleet [NIN-02]', async () => {
  const screen = await open({ size: [110, 40], events: whole });
  const counts = screen.rows().flatMap((row) => /(\d+) hosts?$/u.exec(row)?.[1] ?? []);
  // The last line of the run's own, `done in … of 120 hosts`, comes before the groups.
  expect(counts.slice(1).reduce((sum, count) => sum + Number(count), 0)).toBe(120);
});

test.each(SIZES)(
  'at %ix%i no row is wider than the terminal, and the last one stays free',
  async (columns, rows) => {
    const screen = await open({ size: [columns, rows], events: half });
    await screen.press('enter', 'j', 'j');
    const grid = screen.rows();
    expect(grid).toHaveLength(rows);
    expect(grid.at(-1)).toBe('');
    expect(grid[0]).toMatch(/^patchwhy/u);
    expect(grid.at(-2)).toContain('q leave');
  },
);

test('the chosen host stays chosen, and on its row of the screen, when its group moves', async () => {
  const screen = await open({ events: half });
  await screen.press('enter', 'j', 'j');
  const before = screen.chosen();
  const row = screen.rows().findIndex((text) => text === before);
  expect(before).toContain('東京-端末-0007');
  const overtaking = Array.from({ length: 9 }, (_, index) => hostId(`new-${index}`));
  await screen.play(
    started(overtaking.map((id) => info(id))),
    ...overtaking.map((id) => done(id, judged([finding('file-locked')]))),
  );
  expect(screen.chosen()).toBe(before);
  expect(screen.rows().findIndex((text) => text === before)).toBe(row);
});

test('resizing never loses the chosen host', async () => {
  const screen = await open({ events: half });
  await screen.press('enter', 'j', 'j');
  for (const [columns, rows] of [
    [140, 40],
    [60, 12],
    [100, 14],
    [80, 24],
  ] as const) {
    await screen.resize(columns, rows);
    expect(screen.chosen()).toContain('東京-端末-0007');
    expect(screen.rows()[0]).toMatch(/^patchwhy/u);
    expect(screen.rows().at(-2)).toContain('q leave');
  }
});

test('too small a terminal says so, and goes on when it is enlarged', async () => {
  const screen = await open({ size: [40, 10], events: half });
  expect(screen.rows()[0]).toBe('54/120  ✗ 9  00:00  enlarge to 60x12');
  await screen.resize(80, 24);
  expect(screen.rows()[0]).toContain('54/120');
});

test.each([
  ['enter', 'enter'],
  ['right', 'left'],
  ['l', 'h'],
])('%s unfolds a group and %s folds it', async (unfold, fold) => {
  const screen = await open({ events: half });
  await screen.press(unfold);
  expect(screen.rows()[6]).toContain('ws-0001');
  await screen.press(fold);
  expect(screen.rows()[6]).toContain('System disk full');
});

test('folding on a host folds its group and leaves the cursor there', async () => {
  const screen = await open({ events: half });
  await screen.press('right', 'j', 'j', 'left');
  expect(screen.chosen()).toContain('▸ ⚑ WSUS answers with server errors');
});

test('pages, first and last row', async () => {
  const screen = await open({ events: half });
  await screen.press('end');
  expect(screen.chosen()).toContain('Queued');
  await screen.press('home');
  expect(screen.chosen()).toContain('WSUS answers');
  await screen.press('pgdn');
  expect(screen.rows()).toContainEqual(expect.stringContaining('11-26 of 26'));
  await screen.press('pgup');
  expect(screen.chosen()).toContain('WSUS answers');
});

test('enter shows a host: its verdict with the quoted evidence and what to do next', async () => {
  const screen = await open({ events: whole });
  await screen.press('enter', 'j', 'enter');
  expect(screen.rows()).toMatchInlineSnapshot(`
    [
      "patchwhy  fleet.yml › causes › wsus-server-error › ws-0001            1 of 10  ✗",
      "────────────────────────────────────────────────────────────────────────────────",
      "✗ WSUS answers with server errors                         wsus-server-error  96%",
      "  site milano, group office",
      "  10 hosts have it first, first seen 5 h before this look, 6 tries",
      "",
      "  BECAUSE                                                    evidence is 0 s old",
      "  +3 HTTP 503 from wsus-mi01:8530 in 41 ms              /network/probes/0/status",
      "  +3 the last search ended with 0x80244022           /windowsUpdate/scan/hresult",
      "  +1 WindowsUpdateClient 25 at 05:02, 0x80244022                       /events/3",
      "  -1 WindowsUpdateClient 19 at 22:14, before the fault                 /events/7",
      "",
      "  DO NEXT",
      "     restart the WsusPool application pool on wsus-mi01, then let the hosts",
      "     search again",
      "",
      "",
      "",
      "",
      "",
      "",
      "  evidence │ history │ path │ raw",
      " esc back  Tab next tab  n next host  p previous host  ␣ mark  ? keys  q leave",
      "",
    ]
  `);
});

test('a host page names what follows from the cause, what could not be read and where contact stopped', async () => {
  const disk = judged([finding('disk-full'), finding('pending-reboot', { confidence: 0.7 })]);
  if (disk.kind !== 'judged') throw new Error('judged');
  const verdict = {
    ...disk.verdict,
    consequences: [
      { id: 'component-store-corrupt', title: 'x', beatenBy: 'disk-full', confidence: 0.6 },
    ],
    runnerUp: { id: 'wu-datastore-corrupt', confidence: 0.41 },
    unread: [{ section: 'packages', hresult: '0x80070005', message: 'needs administrator' }],
  };
  const screen = await open({
    size: [80, 40],
    events: [
      started([info(a), info(b)]),
      done(a, {
        ...disk,
        verdict,
        mode: 'cmd',
        reason: 'NO_POWERSHELL: there is no powershell.exe',
      }),
      done(b, noContact('contact-auth', '401')),
      finished(),
    ],
  });
  await screen.press('enter', 'j', 'enter');
  const page = screen.rows().join('\n');
  expect(page).toContain('  reduced (cmd): NO_POWERSHELL: there is no powershell.exe\n');
  expect(page).toContain('ALSO FOUND\n     Title of pending-reboot');
  expect(page).toContain('component-store-corrupt (60%): follows from disk-full');
  expect(page).toContain('wu-datastore-corrupt (41%)');
  expect(page).toContain('packages: needs administrator, 0x80070005');
  await screen.press('esc', 'j', 'enter', 'j', 'enter');
  expect(screen.rows().join('\n')).toContain('CONTACT\n     stopped at tcp, 401');
});

test('tab shows the stored document, n and p go through the group, esc comes back to the same row', async () => {
  const screen = await open({
    events: whole,
    outside: {
      evidence: async () =>
        JSON.stringify({ host: 'x', volumes: Array.from({ length: 40 }, (_, n) => n) }),
    },
  });
  await screen.press('enter', 'j', 'enter', 'tab', 'tab', 'tab');
  expect(screen.rows().slice(2, 6)).toEqual(['{', '  "host": "x",', '  "volumes": [', '    0,']);
  await screen.press('end');
  expect(screen.rows()[20]).toBe('}');
  expect(screen.rows()[21]).toContain('27-45 of 45');
  await screen.press('n');
  expect(screen.rows()[0]).toContain('2 of 10');
  await screen.press('p', 'p');
  expect(screen.rows()[0]).toContain('1 of 10');
  await screen.press('n', 'esc');
  expect(screen.chosen()).toContain('東京-端末-0007');
});

test('a document that cannot be read is said, and one that was never stored too', async () => {
  const screen = await open({
    events: [
      started([info(a), info(b)]),
      done(a, judged([finding('disk-full')])),
      revised(b, judged([finding('disk-full')])),
    ],
    outside: {
      evidence: async () => {
        throw new Error('ENOENT: evidence.ndjson');
      },
    },
  });
  await screen.press('enter', 'j', 'enter', 'tab');
  expect(screen.rows()[2]).toContain('could not be read: ENOENT: evidence.ndjson');
  await screen.press('n');
  expect(screen.rows()[2]).toContain('no stored document');
});

/** What we never write ourselves: operating system commands, C1, bidi and joiners, green. */
const FOREIGN =
  // oxlint-disable-next-line no-control-regex -- the very characters that must not be there
  /\u001b[\]P^_X]|[\u0080-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]|\u001b\[32m/u;

/** The two that we do write: a title of our own making, and a copy, in base64. */
// oxlint-disable-next-line no-control-regex -- the very characters
const OWN = /\u001b\](?:2;patchwhy [\d/ x]+|52;c;[\w+/=]*)\u0007/gu;

const HOSTILE = [
  ['escape sequences', 'x\u001b[2J\u001b[32mgreen\u001b]0;owned\u0007'],
  ['C1 controls', 'x\u009b2J\u0090q\u009c'],
  ['direction overrides', '\u202egnp.exe\u2066'],
  ['line ends', 'one\r\ntwo\nthree\u2028four'],
  ['10 kB in one line', 'long '.repeat(2000)],
  ['wide characters', '東京'.repeat(60)],
  ['emoji and joiners', '👩\u200d👩\u200d👧🇮🇹🏽'.repeat(20)],
  ['marks in heaps', `z${'\u0301'.repeat(500)}`.repeat(20)],
  ['marks this terminal has never heard of', 'a\u{1abf}\u{1ac0}'.repeat(80)],
] as const;

test.each(HOSTILE)('hostile text is harmless: %s', async (_, text) => {
  const id = hostId(`ws-${text}`);
  const outcome = judged([
    finding('disk-full', {
      title: text,
      next: text,
      evidence: [{ kind: 'strong', pointer: text, quote: text }],
    }),
  ]);
  const screen = await open({
    title: text,
    events: [
      started([info(id, { site: text, group: text })]),
      done(id, outcome),
      notice(text),
      finished(),
    ],
    outside: {
      evidence: async () => text,
      statusPath: async () => text,
      doctor: async () => text,
      entryOf: (id) => ({
        id,
        title: text,
        category: text,
        manager: text,
        fix: text,
        sources: [text],
        links: [text],
      }),
    },
  });
  for (const keys of [
    [],
    ['right'],
    ['j', 'space', 'y', 'Y', 'c'],
    ['esc', ':', 'w', 's'],
    ['esc', 'enter'],
    ['tab'],
    ['tab'],
    ['tab'],
    ['e'],
    ['S'],
    ['P'],
    ['L'],
    ['D'],
    ['?'],
  ]) {
    await screen.press(...keys);
    const grid = screen.rows();
    expect(grid[0]).toMatch(/^patchwhy/u);
    expect(grid.at(-1)).toBe('');
  }
  expect(screen.written().replaceAll(OWN, '')).not.toMatch(FOREIGN);
});

test('q leaves a run that is over, and the shell has its screen back', async () => {
  const screen = await open({ events: whole });
  expect(screen.isRaw()).toBe(true);
  expect(screen.terminal.modes.wraparoundMode).toBe(false);
  await screen.press('q');
  expect(await screen.console.waitUntilExit()).toBe('quit');
  expect(screen.isOpen()).toBe(false);
  expect(screen.isRaw()).toBe(false);
  expect(screen.rows()[0]).toBe('$ patchwhy');
  expect(screen.terminal.modes.wraparoundMode).toBe(true);
});

test('q asks first while the run goes on: l leaves it going', async () => {
  const screen = await open({ events: half });
  await screen.press('q');
  expect(screen.rows().join('\n')).toContain('the run is still going: 17 at work, 49 queued');
  await screen.press('esc');
  expect(screen.rows().join('\n')).not.toContain('still going');
  await screen.press('q', 'l');
  expect(await screen.console.waitUntilExit()).toBe('detach');
});

test('s in that box stops the run and stays to look at it', async () => {
  let interrupts = 0;
  const screen = await open({ events: half, onInterrupt: () => (interrupts += 1) });
  await screen.press('q', 's');
  expect(interrupts).toBe(1);
  expect(screen.rows()[21]).toContain('stopping');
  await screen.play(finished(9000, false));
  expect(screen.rows()[1]).toMatch(
    /^stopped after 9\.0 s: 54 of 120 hosts, the others were left out; /u,
  );
  expect(screen.isOpen()).toBe(true);
});

test('Ctrl-C stops the run once and leaves when it has stopped', async () => {
  let interrupts = 0;
  const screen = await open({ events: half, onInterrupt: () => (interrupts += 1) });
  await screen.press('ctrl-c');
  expect(interrupts).toBe(1);
  expect(screen.isOpen()).toBe(true);
  await screen.play(finished(9000, false));
  expect(await screen.console.waitUntilExit()).toBe('interrupt');
  expect(screen.isOpen()).toBe(false);
});

test('Ctrl-C twice leaves at once', async () => {
  let interrupts = 0;
  const screen = await open({ events: half, onInterrupt: () => (interrupts += 1) });
  await screen.press('ctrl-c', 'ctrl-c');
  expect(await screen.console.waitUntilExit()).toBe('abort' satisfies Departure);
  expect(interrupts).toBe(1);
  expect(screen.isOpen()).toBe(false);
});

test('a crash in drawing gives the screen back before it is told', async () => {
  const screen = await open({ events: half });
  const ended = screen.console.waitUntilExit().then(
    () => 'well',
    (error: unknown) => error,
  );
  screen.store.totals = () => {
    throw new Error('planted');
  };
  await screen.play(staged(a, 'tcp'));
  expect(await ended).toMatchObject({ message: 'planted' });
  expect(screen.isOpen()).toBe(false);
  expect(screen.isRaw()).toBe(false);
  expect(screen.terminal.modes.wraparoundMode).toBe(true);
  expect(screen.rows()[0]).toBe('$ patchwhy');
});

test('when nobody answered, the banner says where most stopped', async () => {
  const screen = await open({
    events: [
      started([info(a), info(b)]),
      done(a, noContact('contact-refused', 'ECONNREFUSED')),
      done(b, noContact('contact-refused', 'ECONNREFUSED')),
      finished(),
    ],
  });
  expect(screen.rows()[2]).toBe('! 0 of 2 answered; most stopped at tcp with ECONNREFUSED');
  expect(screen.rows()[3]).toContain('D says what this machine lacks');
});

test('a flagged cause says what its hosts share beyond chance, and a run that is over what to fix first', async () => {
  const hosts = Array.from({ length: 3 }, (_, at) => hostId(`ws-${at}`));
  const looked = {
    name: 'fisher-exact',
    correction: 'tarone-holm',
    looked: 1,
    alpha: 0.05,
  } as const;
  const shared = [
    { kind: 'wsus', value: 'http://w1', bearing: 'relay' },
    { kind: 'site', value: 'roma', bearing: 'relay' },
  ] as const;
  const counts = { affected: 3, affectedKnown: 3, others: 0, othersKnown: 90, p: 0.001 };
  const screen = await open({
    size: [140, 40],
    events: [
      started(hosts.map((id) => info(id))),
      ...hosts.map((id) => done(id, judged([finding('disk-full')]))),
      fleetJudged({
        spreads: [
          {
            cause: 'disk-full',
            title: 'Disk',
            hosts: 3,
            tried: 93,
            interval: { low: 0.01, high: 0.1 },
            reach: 'systemic',
            pattern: {
              tie: 'relay',
              shared: shared.map((trait) => ({ ...trait, ...counts })),
              changed: [],
              test: looked,
            },
          },
        ],
        fixes: [
          { cause: 'disk-full', title: 'Disk', hosts: 3, total: 3, unseen: 0 },
          { cause: 'clock-skew', title: 'Clock', hosts: 0, total: 3, unseen: 0 },
          { cause: 'av-blocking', title: 'AV', hosts: 2, total: 5, unseen: 0 },
        ],
      }),
      finished(),
    ],
  });
  expect(screen.rows()[1]).toMatch(/   fix disk-full: 3 hosts back, then av-blocking: 2 more$/);
  expect(screen.rows()[2]).toContain('3 hosts  relay: wsus w1 = site roma');
  await screen.resize(60, 24);
  expect(screen.rows()[1]).toMatch(/   fix disk-full: 3 hosts back$/);
});

test('a warning stands above the keys', async () => {
  const screen = await open({
    events: [...half, notice('three hosts refused "domain"; its other hosts are held back')],
  });
  expect(screen.rows()[21]).toContain('! three hosts refused "domain"');
});

test('seconds go on while hosts are at work, and an idle screen writes nothing', async () => {
  const screen = await open({ events: [started([info(a)]), staged(a, 'tcp')] });
  await screen.pass(3000);
  expect(screen.rows().join('\n')).toMatch(/ws-a +3 s +connecting/u);
  await screen.play(done(a, judged([])), finished());
  const before = screen.written();
  await screen.pass(60_000);
  expect(screen.written()).toBe(before);
});

test('without colour the cursor is still inverse and nothing is coloured', async () => {
  const screen = await open({ events: half, hasColor: false });
  await screen.press('j');
  expect(screen.chosen()).toContain('System disk full');
  const { active } = screen.terminal.buffer;
  for (let row = 0; row < 24; row += 1) {
    for (let column = 0; column < 80; column += 1) {
      expect(active.getLine(row)?.getCell(column)?.isFgDefault()).toBe(true);
    }
  }
});

test('an ASCII terminal gets nothing but ASCII', async () => {
  const screen = await open({ events: half, isAscii: true });
  for (const keys of [['right', 'j'], ['?'], ['esc', 'q'], ['esc', 'enter']]) {
    await screen.press(...keys);
    expect(screen.rows().join('')).toMatch(/^[ -~]*$/u);
  }
});

test('the demo says what to press', async () => {
  const screen = await open({ events: half, isDemo: true });
  expect(screen.rows()[21]).toContain('Enter opens, e explains the cause');
});

test.each(SIZES)(
  'at %ix%i every key of the help and the whole of the box have room',
  async (...size) => {
    const screen = await open({ size, events: half });
    await screen.press('?');
    expect(await helpPages(screen)).toContain('Ctrl-C   stop the run');
    await screen.press('esc', 'q');
    expect(screen.rows().join('\n')).toMatch(/┌.*still going.*┐[^]*esc +stay[^]*└─+┘/u);
    await screen.press('esc', 'enter', 'j', 'enter', '?');
    expect(await helpPages(screen)).toMatch(/┌.*keys.*┐[^]*Ctrl-C[^]*└─+┘/u);
  },
);

/** All that the help shows, page by page. */
async function helpPages(screen: Screen): Promise<string> {
  const pages = Number(/keys 1\/(\d)/u.exec(screen.rows().join('\n'))?.[1] ?? 1);
  const seen = [];
  for (let page = 0; page < pages; page += 1) {
    seen.push(...screen.rows());
    await screen.press('space');
  }
  return seen.join('\n');
}

test('several keys in one read are all answered, Ctrl-C among them', async () => {
  const screen = await open({ events: half });
  await screen.press('jjj');
  expect(screen.chosen()).toContain('Component store damaged');
  await screen.press('k\u0003');
  expect(screen.rows()[21]).toContain('stopping');
});

/** As a user types: letter by letter. */
const letters = (text: string): string[] => Array.from(text);

test('/ filters as one types; enter keeps it, esc shows all again [NIN-65]', async () => {
  const screen = await open({ events: whole });
  await screen.press('/', ...letters('site:mi'));
  expect(screen.rows().at(-4)).toContain('milano');
  const shown = Number(/(\d+) of 120 shown/.exec(screen.rows().at(-3) ?? '')?.[1]);
  expect(screen.rows().at(-3)).toMatch(/^ \/ site:mi {2,}\d+ of 120 shown/u);
  expect(shown).toBeGreaterThan(0);
  expect(shown).toBeLessThan(120);
  await screen.press('tab');
  expect(screen.rows().at(-3)).toContain('/ site:milano');
  await screen.press('enter');
  expect(screen.rows().at(-3)).toBe(` filter site:milano   ${shown} of 120 shown`);
  const counts = screen.rows().flatMap((row) => /(\d+) hosts?$/u.exec(row)?.[1] ?? []);
  expect(counts.slice(1).reduce((sum, count) => sum + Number(count), 0)).toBe(shown);
  await screen.press('esc');
  expect(screen.rows().join()).not.toContain('filter site');
});

test('a filter that makes no sense is said, and the last that did stays in force', async () => {
  const screen = await open({ events: whole });
  await screen.press('/', ...letters('site:milano sitt:x'));
  expect(screen.rows().at(-3)).toContain('there is no such field');
  await screen.press('enter');
  expect(screen.rows().at(-3)).toContain('filter site:milano');
});

test('esc in the filter goes back to what was in force before, up recalls what was kept', async () => {
  const screen = await open({ events: whole });
  await screen.press('/', ...letters('site:milano'), 'enter', '/', ...letters(' ws'), 'esc');
  expect(screen.rows().at(-3)).toContain('filter site:milano ');
  await screen.press('esc', '/', 'up');
  expect(screen.rows().at(-3)).toContain('/ site:milano');
});

test('a filter that no host fits says so, and which key helps', async () => {
  const screen = await open({ events: whole });
  await screen.press('/', ...letters('host:nobody'), 'enter');
  expect(screen.rows().join('\n')).toContain('no host fits; esc shows all again');
});

test('a value that no host has is answered with the one that begins most like it', async () => {
  const screen = await open({ events: whole });
  await screen.press('/', ...letters('site:milna'), 'enter');
  expect(screen.rows().join('\n')).toContain(
    'no host fits; esc shows all again; did you mean site:milano?',
  );
});

test('g groups by stage: where hosts are on their way, and where contact stopped [DAT-71]', async () => {
  const screen = await open({ events: half });
  await screen.press(':', ...letters('group stage'), 'enter');
  expect(screen.rows()[0]).toContain('hosts by stage');
  const groups = screen.rows().filter((row) => /^▸ {3}.* hosts?$/u.test(row));
  expect(groups[0]).toMatch(/dns: looking up the name/u);
  expect(groups.at(-2)).toMatch(/queued: waits for its turn .* 49 hosts/u);
  expect(groups.at(-1)).toMatch(/examined .*✗ 9/u);
  const sum = groups.reduce((total, row) => total + Number(/(\d+) hosts?$/u.exec(row)?.[1]), 0);
  expect(sum).toBe(120);
});

test('letters that mean something elsewhere are letters in the filter', async () => {
  const screen = await open({ events: whole });
  await screen.press('/', ...letters('q?gs1'));
  expect(screen.rows().at(-3)).toContain('/ q?gs1');
  expect(screen.isOpen()).toBe(true);
});

test('g groups by a label: the hosts add up, and each group says how its hosts stand', async () => {
  const screen = await open({ events: whole });
  await screen.press('g');
  expect(screen.rows().join('\n')).toContain('group by');
  await screen.press('down', 'down', 'down', 'enter');
  const groups = screen.rows().filter((row) => /^▸ {3}\w+ .* hosts?$/u.test(row));
  expect(groups.length).toBeGreaterThan(3);
  expect(groups[0]).toMatch(/^▸ {3}\w+ .*✓ \d+/u);
  const sum = groups.reduce((total, row) => total + Number(/(\d+) hosts?$/u.exec(row)?.[1]), 0);
  expect(sum).toBe(120);
  await screen.press('g', 'g');
  expect(screen.rows().join('\n')).toContain('▸ ⚑ WSUS answers with server errors');
});

test('keys that come in one piece on a slow line are all answered, in the filter too', async () => {
  const screen = await open({ events: whole });
  await screen.press('/site:mi\t\r');
  expect(screen.rows().at(-3)).toContain('filter site:milano');
});

test('s sorts the hosts of a group', async () => {
  const screen = await open({ events: whole, size: [80, 40] });
  await screen.press('enter');
  const confidences = (): number[] =>
    screen.rows().flatMap((row) => Number(/ (\d+)%$/u.exec(row)?.[1] ?? Number.NaN) || []);
  await screen.press('s', 'down', 'down', 'down', 'enter');
  const sorted = confidences();
  expect(sorted).toEqual(sorted.toSorted((a, b) => b - a));
  expect(sorted.length).toBeGreaterThan(3);
});

test('a digit goes to that recurring cause and shows its hosts', async () => {
  const screen = await open({ events: whole });
  await screen.press('g', 'down', 'enter', '2');
  expect(screen.chosen()).toMatch(/^▾ ⚑ /u);
  const below = screen.rows()[screen.rows().indexOf(screen.chosen() ?? '') + 1];
  expect(below).toMatch(/^ {2}[✗↻] /u);
});

test.each(SIZES)('at %ix%i a long filter is seen around its cursor', async (...size) => {
  const screen = await open({ size, events: half });
  await screen.press('/', ...letters(`host:"${'東京'.repeat(60)} end`));
  expect(screen.rows()).toHaveLength(size[1]);
  expect(screen.rows()[0]).toMatch(/^patchwhy/u);
  expect(screen.rows().at(-3)).toContain('東京 end');
  expect(screen.rows().at(-2)).toContain('keep');
});
