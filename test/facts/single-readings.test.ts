/** What facts make of single readings: one event, one package, one transfer. */
import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/facts/declared.ts';
import { examine } from '../../src/facts/examine.ts';
import { type CauseCase, evidenceOf } from '../causes/cause-case.ts';

const KNOWLEDGE = { lifecycle: [], builds: [] };

function factsOf(one: Omit<CauseCase, 'name'>): Facts {
  return examine(evidenceOf({ name: 'x', ...one }), KNOWLEDGE).facts;
}

test('the newest of several rollups is the one with the highest revision, whatever their order', () => {
  const rollup = (ubr: number, state: 'superseded' | 'installed') => ({
    name: `Package_for_RollupFix~31bf3856ad364e35~amd64~~19041.${ubr}.1.9`,
    state,
    installedAt: '-20d',
  });
  const both = [rollup(3803, 'superseded'), rollup(3930, 'installed')];
  for (const packages of [both, both.toReversed()])
    expect(factsOf({ patch: { packages } }).rollup).toMatchObject({ ubr: 3930, isAhead: false });
});

test.each([
  ['a product', 1033, { param1: 'Acme Reader', param2: '1.0', param4: '1603' }],
  ['an update of a product', 1023, { param1: 'Acme Reader', param2: 'Update 2', param3: '1603' }],
  ['a product, without a status', 11_708, { param1: 'Product: Acme Reader -- failed.' }],
])('a failed installation of %s by Windows Installer is open', (_, id, data) => {
  const event = { log: 'Application', provider: 'MsiInstaller', id, time: '-1d', data };
  expect(factsOf({ events: [event] }).open.installs).toMatchObject([{ name: 'Acme Reader' }]);
});

describe('an update that waits for a restart', () => {
  test('waits since servicing first asked for one (event 4)', () => {
    const asked = (time: string, id: number) => ({
      log: 'Setup',
      provider: 'Microsoft-Windows-Servicing',
      id,
      time,
      data: { PackageIdentifier: 'KB5034763' },
    });
    const { restart } = factsOf({
      events: [asked('-2d', 4), asked('-3d', 5)],
      patch: { reboot: { cbs: true } },
    });
    expect(restart.span).toBe('since 2024-02-18 08:00 UTC');
  });
});

test('the address of a failed download is that of the transfer beside it, within ten minutes', () => {
  const events = (time: string) => [
    {
      log: 'System',
      provider: 'Microsoft-Windows-WindowsUpdateClient',
      id: 31,
      time: '2024-02-19T08:00:00Z',
      data: { errorCode: '0x80072ee2', updateTitle: '2024-02 (KB5034763)' },
    },
    {
      log: 'Microsoft-Windows-Bits-Client/Operational',
      provider: 'Microsoft-Windows-Bits-Client',
      id: 61,
      time,
      data: { url: 'http://wsus01.corp.example:8530/content/x.cab' },
    },
  ];
  const hostOf = (time: string) => factsOf({ events: events(time) }).downloads.failing[0]?.host;
  expect(hostOf('2024-02-19T07:52:00Z')).toBe('wsus01.corp.example');
  expect(hostOf('2024-02-19T07:48:00Z')).toBe('');
});

test('a history that reaches back to what the events tell is known, and lost nothing', () => {
  const { history } = factsOf({ fails: [{ kb: 'KB5034763', code: '0x80070070', at: '-1d' }] });
  expect(history).toMatchObject({ known: true, entries: 2, lost: false, blind: false });
});
