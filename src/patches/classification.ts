/** Classes of updates by their ids, which no language translates (Microsoft Learn, "WSUS Classification GUIDs"). */
import type { Classification } from '../core/host-patch.ts';

const CLASSES: ReadonlyMap<string, Classification> = new Map([
  ['0fa1201d-4330-4fa8-8ae9-b877473b6441', 'security'],
  ['68c5b0a3-d1a6-4553-ae49-01d3a7827828', 'service-pack'],
  ['28bc880e-0592-4cbf-8f95-c79b17911d5f', 'rollup'],
  ['e6cf1350-c01b-414d-a61f-263d14d133b4', 'critical'],
  ['cd5ffd1e-e932-4e3a-bf74-18bf0b1bbd83', 'update'],
  ['e0789628-ce08-4437-be74-2495b842f43b', 'definition'],
  ['b54e7d24-7add-428f-8b75-90a396fa584f', 'feature-pack'],
  ['b4832bd8-e735-4761-8daf-37f882276dab', 'tool'],
]);

/** Of an update's categories; undefined where none of them is a class that is known by its id. */
export function classificationOf(
  categories: readonly string[] | undefined,
): Classification | undefined {
  for (const category of categories ?? []) {
    const found = CLASSES.get(category.replace(/[{}]/g, '').toLowerCase());
    if (found !== undefined) return found;
  }
  return undefined;
}
