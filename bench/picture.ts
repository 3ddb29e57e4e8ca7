/**
 * What the comparison of hosts costs in all, beside the limit of 2 s of CPU for 10,000 hosts: each host is added as it comes
 * in, and all causes are told at the end. `node bench/picture.ts`; ends with 1 above the limit.
 */
import { hostId } from '../src/core/host.ts';
import { FleetPicture } from '../src/fleet/picture.ts';
import { finding, judged } from '../test/support/events.ts';

const HOSTS = 10_000;
const CAUSES = Array.from({ length: 20 }, (_, index) => `cause-${index}`);
const LIMIT_MS = 2000;

const picture = new FleetPicture();
const before = process.cpuUsage();
for (let index = 0; index < HOSTS; index += 1) {
  const id = hostId(`ws-${index}`);
  const some = index % 3 === 0 ? [] : [finding(CAUSES[index % CAUSES.length] ?? '')];
  picture.know(id, [
    ['build', [String(19_000 + (index % 8))]],
    ['model', [`Model ${index % 40}`]],
    ['wsus', [`wsus-${index % 12}`]],
    ['agent', [`Agent ${index % 3}`]],
    ['kb', [`KB${index % 30}`, `KB${100 + (index % 20)}`]],
    ...['auOptions', 'target', 'noAutoUpdate'].map(
      (name) => [`policy ${name}`, [String(index % 4)]] as const,
    ),
  ]);
  picture.add(
    id,
    { site: `site-${index % 50}`, group: `g-${index % 9}`, ring: `r-${index % 4}` },
    judged(some),
  );
}
const causes = picture.causes(CAUSES);
const fixes = picture.fixes();
const { user, system } = process.cpuUsage(before);
const ms = (user + system) / 1000;
console.log(
  `${HOSTS} hosts, ${causes.length} causes, ${fixes.length} fixes: ${ms.toFixed(0)} ms of CPU, ${(ms / LIMIT_MS).toFixed(2)} of the limit`,
);
if (ms > LIMIT_MS) process.exitCode = 1;
