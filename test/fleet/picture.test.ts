import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hostId } from '../../src/core/host.ts';
import type { Outcome } from '../../src/core/verdict.ts';
import { FleetPicture } from '../../src/fleet/picture.ts';
import { finding, judged, noContact } from '../support/events.ts';

interface Entry {
  readonly name: string;
  readonly site: string;
  readonly build: string;
  readonly outcome: Outcome;
}

const CAUSES = ['disk-full', 'wsus-server-error', 'file-locked'];

function pictureOf(entries: readonly Entry[]): FleetPicture {
  const picture = new FleetPicture();
  for (const { name, site, build, outcome } of entries) {
    if (outcome.kind === 'judged') picture.know(hostId(name), [['build', [build]]]);
    picture.add(hostId(name), { site }, outcome);
  }
  return picture;
}

const entry = (name: string, site: string, outcome: Outcome): Entry => ({
  name,
  site,
  build: '26100',
  outcome,
});

test('a relay that is down for one site is told, with how many of how many', () => {
  const entries = Array.from({ length: 60 }, (_, index) => {
    const site = index % 6 === 0 ? 'milano' : `site-${index % 6}`;
    const causes =
      site === 'milano'
        ? [finding('wsus-server-error', { firstSeen: `2026-11-2${index % 3}T05:00:00Z` })]
        : [];
    return entry(`ws-${index}`, site, judged(causes));
  });
  const [cause] = pictureOf(entries).causes(['wsus-server-error']);
  expect(cause).toMatchObject({
    affected: 10,
    of: 60,
    spread: 'unclear',
    pattern: 'relay',
    shared: [
      { trait: 'site', value: 'milano', affected: 10, affectedOf: 10, others: 0, othersOf: 50 },
    ],
    since: '2026-11-20T05:00:00Z',
  });
});

test('hosts that nobody could look at are not hosts without the cause', () => {
  const entries = [
    ...Array.from({ length: 5 }, (_, at) =>
      entry(`bad-${at}`, 'a', judged([finding('disk-full')])),
    ),
    ...Array.from({ length: 5 }, (_, at) => entry(`good-${at}`, 'b', judged([]))),
    ...Array.from({ length: 90 }, (_, at) =>
      entry(`off-${at}`, 'b', noContact('contact-timeout', 'LIMIT')),
    ),
    entry('left-out', 'b', { kind: 'skipped', reason: 'x' }),
  ];
  const [disk, contact] = ['disk-full', 'contact-timeout'].map(
    (id) => pictureOf(entries).causes([id])[0],
  );
  expect(disk).toMatchObject({ affected: 5, of: 10 });
  // Of the way to them all hosts say something.
  expect(contact).toMatchObject({ affected: 90, of: 100 });
});

test('an outcome that other hosts changed stands in place of the first, with what is known of the host', () => {
  const picture = pictureOf([entry('ws-1', 'a', judged([finding('disk-full')]))]);
  picture.add(hostId('ws-1'), { site: 'a' }, judged([finding('file-locked')]));
  expect(picture.causes(['disk-full', 'file-locked'])).toMatchObject([
    { cause: 'file-locked', affected: 1 },
    { cause: 'disk-full', affected: 0 },
  ]);
  expect(picture.fixes()).toEqual([{ cause: 'file-locked', frees: 1, total: 1 }]);
});

test('the order in which hosts come in changes nothing', () => {
  const one = fc.record({
    site: fc.constantFrom('a', 'b', 'c'),
    build: fc.constantFrom('19045', '26100'),
    causes: fc.uniqueArray(fc.constantFrom(...CAUSES), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 40 }), fc.integer(), (hosts, seed) => {
      const entries = hosts.map(({ causes, ...host }, index) => ({
        ...host,
        name: `ws-${index}`,
        outcome: judged(causes.map((id) => finding(id))),
      }));
      const shuffled = entries.toSorted(
        (a, b) => ((Number(a.name.slice(3)) * seed) % 97) - ((Number(b.name.slice(3)) * seed) % 97),
      );
      const told = (some: readonly Entry[]) => {
        const picture = pictureOf(some);
        return { causes: picture.causes(CAUSES), fixes: picture.fixes() };
      };
      expect(told(shuffled)).toEqual(told(entries));
    }),
  );
});
