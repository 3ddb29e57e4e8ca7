/**
 * The inventory: YAML text to hosts. Knows what is written, and nothing of how hosts are contacted, what causes are,
 * or what the secrets behind its references are.
 */
import { dirname, resolve } from 'node:path';
import { unreachable } from '../core/error.ts';
import type { Host } from '../core/host.ts';
import type { CredentialSpec } from '../credentials/credential-spec.ts';
import { checkReferences } from './check-references.ts';
import type { Document } from './format.ts';
import { API_VERSION, readHostList, readInventory } from './format.ts';
import type { ReadFile } from './members.ts';
import { members } from './members.ts';
import type { Problem, Problems } from './problem.ts';
import { problemsError } from './problem.ts';
import { HostResolver } from './resolve-hosts.ts';
import type { Node } from './yaml-tree.ts';
import { readTree } from './yaml-tree.ts';

export interface Inventory {
  /** As it was given. */
  readonly file: string;
  readonly client?: string;
  /** In the order of the file; names are unique whatever their case. */
  readonly hosts: readonly Host[];
  readonly credentials: ReadonlyMap<string, CredentialSpec>;
  /** Hosts that make a cause recurring. */
  readonly recur?: number;
  /** What is allowed and probably not meant. */
  readonly warnings: readonly Problem[];
}

/** The format is that of `inventory.example.yaml`. Throws one `inventory.…` error (exit 2) that lists all problems. */
export function parseInventory(text: string, file: string, readFile: ReadFile): Inventory {
  const { tree, problems } = readTree(text, file);
  const document = tree && readDocument(tree, problems);
  const listed = document ? members(document, problems, readFile) : [];
  if (document) checkReferences(document, problems);
  if (document && listed.length === 0 && !problems.any) {
    problems.add('empty', 0, 'the inventory has no hosts', 'add some under hosts, or in a group');
  }
  const [first, ...others] = problems.list();
  if (first !== undefined || document === undefined) {
    throw problemsError([first ?? NOT_READ, ...others], `patchwhy inventory check ${file}`);
  }
  const resolver = new HostResolver(document, dirname(resolve(file)));
  const hosts = listed.map((member) => resolver.resolve(member));
  const { client, defaults, credentials = new Map<string, CredentialSpec>() } = document;
  return {
    file,
    hosts,
    credentials,
    warnings: resolver.warnings,
    ...(client !== undefined && { client }),
    ...(defaults?.recur !== undefined && { recur: defaults.recur }),
  };
}

const NOT_READ: Problem = {
  code: 'inventory.yaml',
  message: 'the inventory cannot be read',
  hint: 'check that it is YAML',
};

function readDocument(tree: Node, problems: Problems): Document | undefined {
  switch (tree.kind) {
    case 'nothing':
      return problems.add(
        'empty',
        tree.at,
        'the inventory is empty',
        'list host names, one a line, each after a dash',
      );
    case 'text':
      return problems.add(
        'not-a-list',
        tree.at,
        'this is one text, not a list of hosts',
        'put a dash and a space before each name',
      );
    case 'list': {
      const hosts = readHostList(tree, problems, 'hosts');
      return hosts && { hosts };
    }
    case 'mapping': {
      const version = tree.entries.get('apiVersion')?.value;
      const isOurs =
        version === undefined || (version.kind === 'text' && version.value === API_VERSION);
      if (isOurs) return readInventory(tree, problems, 'inventory');
      // A format of tomorrow has keys we don't know: complaints about them would only hide the point.
      return problems.add(
        'api-version',
        version.at,
        `this version of patchwhy reads ${API_VERSION} only`,
        `write apiVersion: ${API_VERSION}, or use a newer patchwhy`,
      );
    }
    default:
      return unreachable(tree);
  }
}
