// Writes demo/fleet.ndjson and test/demo/expected.json. Run by `node scripts/make-demo-fleet.ts`; a test checks that both are up to date.
import { writeFile } from 'node:fs/promises';
import { actor, SITES } from './demo-fleet/actor.ts';
import { CAST } from './demo-fleet/cast.ts';
import type { Part } from './demo-fleet/cast.ts';
import { shuffled } from './demo-fleet/chance.ts';
import { later, MORNING } from './demo-fleet/clock.ts';

export interface DemoFleet {
  /** One evidence or contact document a line, in the order of the answers. */
  readonly ndjson: string;
  /** By host: the cause its story was written for. */
  readonly expected: Readonly<Record<string, string>>;
}

/** The whole fleet; the same on every call. */
export function demoFleet(): DemoFleet {
  const lines: string[] = [];
  const expected: Record<string, string> = {};
  const counts = new Map<string, number>();
  for (const [index, part] of shuffled(CAST, 'aurelia').entries()) {
    const place = `${part.site} ${part.group}`;
    const number = (counts.get(place) ?? 0) + 1;
    counts.set(place, number);
    const name = hostName(part, number);
    const now = later(MORNING, { seconds: index * 2 });
    const document = part.tell(actor({ ...part, name, number, now }));
    lines.push(JSON.stringify(document));
    expected[name] = part.cause;
  }
  return { ndjson: `${lines.join('\n')}\n`, expected };
}

/** `mi-pc-07`, `muc-kasse-02`, `to-srv-01`; the tills of 大阪 have Japanese names in the inventory. */
function hostName({ site, group }: Part, number: number): string {
  const { label, prefix, till } = SITES[site];
  const kind = { office: 'pc', servers: 'srv', tills: till }[group];
  const place = site === 'osaka' && group === 'tills' ? label : prefix;
  return `${place}-${kind}-${String(number).padStart(2, '0')}`;
}

if (process.argv[1] === import.meta.filename) {
  const { ndjson, expected } = demoFleet();
  const root = new URL('../', import.meta.url);
  const sorted = Object.fromEntries(
    Object.entries(expected).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  await writeFile(new URL('demo/fleet.ndjson', root), ndjson);
  await writeFile(
    new URL('test/demo/expected.json', root),
    `${JSON.stringify(sorted, undefined, 2)}\n`,
  );
}
