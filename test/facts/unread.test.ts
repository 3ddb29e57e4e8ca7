/** What was asked for and could not be read is unknown, never "no" [NIN-23, NIN-56, NIN-57]. */
import { describe, expect, test } from 'vitest';
import type { FactName, Facts } from '../../src/facts/declared.ts';
import { examine } from '../../src/facts/examine.ts';
import type { CauseCase } from '../causes/cause-case.ts';
import { evidenceOf } from '../causes/cause-case.ts';

const KNOWLEDGE = { lifecycle: [], builds: [] };

function factsOf(patch: CauseCase['patch'], one: Omit<CauseCase, 'name' | 'patch'> = {}): Facts {
  return examine(evidenceOf({ name: 'x', ...one, ...(patch && { patch }) }), KNOWLEDGE).facts;
}

const refused = (...sections: readonly string[]): Record<string, unknown> => ({
  errors: sections.map((section) => ({ section, hresult: '0x80070005' })),
});

describe('a restart', () => {
  test.each(['reboot', 'reboot.cbs', 'reboot.windowsUpdate'])(
    'is not denied where %s could not be read',
    (section) => {
      const part = section.split('.')[1];
      const reboot = part === undefined ? null : { [part]: null };
      expect(factsOf({ reboot, ...refused(section) }).restart.known).toBe(false);
    },
  );

  test('is due by the key that could be read, whatever the other says', () => {
    const reboot = { cbs: null, windowsUpdate: true };
    expect(factsOf({ reboot, ...refused('reboot.cbs') }).restart).toMatchObject({
      known: true,
      due: true,
    });
  });

  test('is not due where both keys say no and only the rename list is unread', () => {
    const reboot = { pendingFileRename: null };
    expect(factsOf({ reboot, ...refused('reboot.pendingFileRename') }).restart).toMatchObject({
      known: true,
      due: false,
    });
  });
});

describe('a part of a section', () => {
  test.each<readonly [string, FactName]>([
    ['windowsUpdate.policy', 'policy'],
    ['windowsUpdate.applicable', 'offered'],
  ])('%s refused makes %s unknown', (section, fact) => {
    const windowsUpdate = { applicable: [], policy: {} };
    expect(factsOf({ windowsUpdate })[fact].known).toBe(true);
    expect(factsOf({ windowsUpdate, ...refused(section) })[fact].known).toBe(false);
  });

  test('a refused history is not the history: events tell what failed', () => {
    const windowsUpdate = { history: [] };
    const one = { fails: [{ kb: 'KB5034763', code: '0x80073712', at: '-4d' }] };
    const { open } = factsOf({ windowsUpdate, ...refused('windowsUpdate.history') }, one);
    expect([open.from, open.installs.length]).toEqual(['/events', 1]);
  });
});

const SYSTEM = 'events.System';
const APPLICATION = 'events.Application';
const OPERATIONAL = 'events.Microsoft-Windows-WindowsUpdateClient/Operational';

describe('a log that could not be read', () => {
  test.each<readonly [string, FactName]>([
    [SYSTEM, 'open'],
    [SYSTEM, 'installed'],
    [SYSTEM, 'crashes'],
    [APPLICATION, 'crashes'],
    [APPLICATION, 'store'],
    [OPERATIONAL, 'downloads'],
    ['events.Microsoft-Windows-AppLocker/EXE and DLL', 'blocks'],
  ])('%s is no proof for %s', (log, fact) => {
    const nothing = { events: [], volumes: null, windowsUpdate: { history: null } };
    expect(factsOf(nothing)[fact].known).toBe(true);
    expect(factsOf({ ...nothing, ...refused(log) })[fact].known).toBe(false);
  });

  test('does not hide what another log says', () => {
    const crash = {
      log: 'System',
      provider: 'Service Control Manager',
      id: 7031,
      time: '-1h',
      data: { param1: 'wuauserv' },
    };
    const { crashes } = factsOf(
      { windowsUpdate: { lastScanSuccess: '-3d' }, ...refused(APPLICATION) },
      { events: [crash] },
    );
    expect(crashes).toMatchObject({ known: true, updates: [{ service: 'wuauserv' }] });
  });

  test('does not matter to what the history tells', () => {
    expect(factsOf(refused(SYSTEM)).open).toMatchObject({
      known: true,
      from: '/windowsUpdate/history',
    });
  });
});

describe('a probe', () => {
  const wsus = {
    source: 'wsus',
    wsusServer: 'http://wsus01.corp.example:8530',
    policy: { useWUServer: 1 },
  };
  const probe = (result: Record<string, unknown>): Facts =>
    factsOf({
      windowsUpdate: wsus,
      network: {
        probes: [{ target: 'http://wsus01.corp.example:8530/x', via: 'direct', ...result }],
      },
    });

  test('that got no answer from the name server in time says nothing', () => {
    const { wsusProbe } = probe({ resolved: null, connected: null, error: 'EAI_AGAIN' });
    expect(wsusProbe.known).toBe(false);
  });

  test('through a proxy that did not answer in time says that it failed', () => {
    const target = 'https://fe3.example';
    const probes = [
      { target, via: 'proxy', resolved: null, connected: null, error: 'ETIMEDOUT' },
      { target, via: 'direct', resolved: true, connected: true, status: 200 },
    ];
    const { proxy } = factsOf({ network: { winHttpProxy: 'proxy.example:8080', probes } });
    expect(proxy).toMatchObject({ refused: 1, worked: 0, directWorks: 1 });
  });

  test('to a name that does not exist says so', () => {
    const { wsusProbe } = probe({ resolved: false, connected: false, error: 'ENOTFOUND' });
    expect(wsusProbe).toMatchObject({ known: true, resolved: false });
  });
});
