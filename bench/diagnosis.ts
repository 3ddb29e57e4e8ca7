/** CPU that a diagnosis takes, over all labelled cases and for 10,000 hosts, beside its limit: `node bench/diagnosis.ts`. */
import { join } from 'node:path';
import { readCatalogueFolder } from '../scripts/catalogue-folder.ts';
import { diagnose } from '../src/causes/diagnose.ts';
import { examine } from '../src/facts/examine.ts';
import { evidenceOf } from '../test/corpus/cases.ts';

const LIMIT_MS = 2;
const HOSTS = 10_000;

const catalogue = readCatalogueFolder(join(import.meta.dirname, '../catalogue'));
const documents = [...evidenceOf('visible'), ...evidenceOf('own')];

const first = cpuOf(documents.length);
console.log(`first pass, conditions compiled on the way: ${told(first, documents.length)}`);
console.log(`${HOSTS} hosts: ${told(cpuOf(HOSTS), HOSTS)}`);

/** Milliseconds of CPU, both user and system. */
function cpuOf(hosts: number): number {
  const before = process.cpuUsage();
  for (let host = 0; host < hosts; host += 1) {
    const evidence = documents[host % documents.length];
    if (evidence !== undefined) diagnose(catalogue, examine(evidence, catalogue.knowledge));
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function told(ms: number, hosts: number): string {
  const each = ms / hosts;
  return `${(ms / 1000).toFixed(2)} s CPU, ${each.toFixed(3)} ms a host, ${(each / LIMIT_MS).toFixed(2)} of the limit of ${LIMIT_MS} ms`;
}
