/** The screens beside the table: places, patches, stored runs, the log, the doctor. */
import { afterEach, expect, test } from 'vitest';
import { hostId } from '../../src/core/host.ts';
import {
  done,
  finding,
  finished,
  info,
  judged,
  notice,
  recurring,
  started,
} from '../support/events.ts';
import { fleet } from '../support/fleet.ts';
import type { Settings } from '../../src/tui/settings.ts';
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

test('S lists the sites with how their hosts stand; enter shows them in the table', async () => {
  const screen = await open({ events: whole });
  await screen.press('S');
  expect(screen.rows()[0]).toContain('causes › sites and relays');
  expect(screen.rows()[4]).toMatch(/^▌ site \w+ .*[✗✓] \d+ .* 20 hosts$/u);
  await screen.press('j', 'enter');
  expect(screen.rows().at(-3)).toMatch(/^ filter site:"\w+" {3}20 of 120 shown/u);
});

test('P lists the updates that verdicts speak of; enter shows their hosts', async () => {
  const screen = await open({ events: whole });
  await screen.press('P');
  expect(screen.rows()[4]).toMatch(/^▌ KB5034441 .*✗ \d .*component-store-corrupt .* hosts?$/u);
  await screen.press('enter');
  expect(screen.rows().at(-3)).toContain('filter kb:KB5034441');
  expect(text(screen)).toContain('Component store damaged');
});

test('a run without places or patches says so', async () => {
  const id = hostId('ws-a');
  const screen = await open({ events: [started([info(id)]), done(id, judged([])), finished()] });
  await screen.press('S');
  expect(text(screen)).toContain('No host of this run has a site or a relay');
  await screen.press('P', 'enter');
  expect(text(screen)).toContain('No verdict of this run speaks of an update yet');
});

test('L tells what happened, the newest first; enter opens the host', async () => {
  const id = hostId('ws-a');
  const screen = await open({
    events: [
      started([info(id)]),
      done(id, judged([finding('disk-full')])),
      recurring('disk-full', 3, {}),
      notice('three hosts refused'),
      finished(),
    ],
  });
  await screen.press('L');
  expect(
    screen
      .rows()
      .slice(4, 9)
      .map((row) => row.trimEnd()),
  ).toEqual([
    '▌ 06:42:08  the run is done',
    '  06:41:08  ! three hosts refused',
    '  06:41:08  ⚑ disk-full  recurs: 3 hosts',
    '  06:41:08  ✗ ws-a  disk-full',
    '  06:41:08  the run began: 1 host',
  ]);
  await screen.press('j', 'j', 'j', 'enter');
  expect(screen.rows()[0]).toContain('log › ws-a');
});

test('R lists the stored runs; enter leaves this one, once it is over, and opens another', async () => {
  const screen = await open({
    events: half,
    outside: {
      runs: async () => [
        {
          id: '2026-11-21T06-41-08Z-7f3a',
          from: 'fleet.yml',
          hosts: 800,
          hasEnded: false,
        },
      ],
    },
  });
  await screen.press('R');
  expect(screen.rows()[4]).toMatch(
    /^▌ 2026-11-21T06-41-08Z-7f3a +broken off {2}fleet.yml +800 hosts$/u,
  );
  await screen.press('enter');
  expect(text(screen)).toContain('this run is still going');
  await screen.play(...small.events.slice(300), small.end);
  await screen.press('enter');
  expect(await screen.console.waitUntilExit()).toBe('open 2026-11-21T06-41-08Z-7f3a');
});

test('D shows what this machine lacks, and says what could not be found out', async () => {
  const screen = await open({
    events: whole,
    outside: { doctor: async () => '✓ Node 24\n! clock' },
  });
  await screen.press('D');
  expect(text(screen)).toContain('✓ Node 24\n! clock');
  await screen.close();
  const failing = await open({
    events: whole,
    outside: {
      runs: async () => {
        throw new Error('EACCES');
      },
    },
  });
  await failing.press('R');
  expect(text(failing)).toContain('could not be read: EACCES');
});

test('screens lie on one another, and esc takes them away one by one', async () => {
  const screen = await open({ events: whole });
  await screen.press('S', 'L', 'P', 'S');
  expect(screen.rows()[0]).toContain('log › patches › sites and relays');
  await screen.press('esc', 'esc', 'esc');
  expect(screen.rows()[0]).toMatch(/causes +120\/120/u);
});

test('c chooses columns: labels of the inventory, the cause; what has no room leaves, nothing wraps', async () => {
  const screen = await open({ events: whole });
  await screen.press('enter', 'c');
  expect(text(screen)).toMatch(/\[x\] SITE[^]*\[x\] GROUP[^]*\[x\] CONF/u);
  await screen.press('down', 'space', 'esc');
  expect(screen.rows()[4]).toBe(
    '    HOST               GROUP     SINCE  WHY                                 CONF',
  );
  expect(screen.rows()[6]).toMatch(/ws-0001 +office/u);
  await screen.press('c', ...Array.from({ length: 4 }, () => 'down'), 'space', 'c');
  expect(screen.rows()[4]).toMatch(/HOST +GROUP +CAUSE +WHY/u);
  await screen.resize(60, 12);
  expect(text(screen)).toMatch(/HOST +GROUP +WHY/u);
});

test('s puts hosts in order by any column, and the same again turns it round', async () => {
  const screen = await open({ events: whole, size: [80, 40] });
  await screen.press('enter');
  const names = (): string[] =>
    screen.rows().flatMap((row) => /^. [✗] (\S+) /u.exec(row)?.[1] ?? []);
  await screen.press('s', 'down', 'enter');
  const sorted = names();
  await screen.press('s');
  expect(text(screen)).toMatch(/↓ +name/u);
  await screen.press('down', 'enter');
  expect(names()).toEqual(sorted.toReversed());
});

test('how things are looked at is remembered: columns, order, grouping, filters that were kept', async () => {
  const remembered: Settings[] = [];
  const screen = await open({
    events: whole,
    outside: {
      remember: async (settings) => {
        remembered.push(settings);
      },
    },
  });
  expect(remembered).toEqual([]);
  await screen.press('/', ...Array.from('site:roma'), 'enter', 's', 'down', 'enter');
  await screen.press('c', 'down', 'space', 'esc', 'g', 'down', 'enter', 'v');
  const last = remembered.at(-1);
  expect(last).toEqual({
    columns: ['host', 'group', 'since', 'why', 'conf'],
    by: 'status',
    sort: 'host',
    isReversed: false,
    hasDetail: false,
    themeName: 'auto',
    kept: ['site:roma'],
  });
  await screen.close();
  const again = await open({ events: whole, ...(last && { settings: last }) });
  expect(again.rows()[0]).toContain('hosts by status');
  expect(again.rows()[4]).toMatch(/HOST +GROUP +SINCE/u);
  await again.press('/', 'up');
  expect(again.rows().at(-3)).toContain('/ site:roma');
});

test('a grouping of another run that this one does not have shows causes; what cannot be kept or used is said', async () => {
  const screen = await open({
    events: whole,
    settings: {
      by: 'ring',
      sort: 'ring',
      isReversed: false,
      hasDetail: true,
      themeName: 'auto',
      kept: [],
    },
    problem: 'console.json: no JSON',
    outside: {
      remember: async () => {
        throw new Error('EROFS');
      },
    },
  });
  expect(screen.rows()[0]).toContain('› causes');
  expect(text(screen)).toContain('WSUS answers');
  expect(screen.rows().at(-3)).toContain('cannot be used: console.json: no JSON');
  await screen.press('v');
  await screen.pass(50);
  expect(screen.rows().at(-3)).toContain('this will not be remembered: EROFS');
});
