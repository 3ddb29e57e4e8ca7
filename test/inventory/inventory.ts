/** Short ways to parse an inventory in tests. */
import { PatchwhyError } from '../../src/core/error.ts';
import type { Host } from '../../src/core/host.ts';
import type { Inventory } from '../../src/inventory/parse-inventory.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';

const noFiles = (path: string): string => {
  throw Object.assign(new Error(`no file ${path}`), { code: 'ENOENT' });
};

export function parse(text: string, readFile = noFiles): Inventory {
  return parseInventory(text, '/fleets/fleet.yml', readFile);
}

export function ids(hosts: readonly Host[]): readonly string[] {
  return hosts.map(({ id }) => id);
}

export function host(text: string, name: string): Host {
  const found = parse(text).hosts.find(({ id }) => id === name);
  if (found === undefined) throw new Error(`${name} is not in the inventory`);
  return found;
}

/** The error an action ends with, as a user sees it: code, text, hint. */
export function failure(action: () => unknown): PatchwhyError {
  try {
    action();
  } catch (error) {
    if (error instanceof PatchwhyError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
