/** From what the file says to hosts: for each one, which value wins. */
import type { Host } from '../core/host.ts';
import { hostId } from '../core/host.ts';
import type { Document, Group, HostSettings, Settings } from './format.ts';
import { labelsOf } from './labels.ts';
import { fits } from './match.ts';
import type { Member } from './members.ts';
import { merge } from './merge.ts';
import type { Problem } from './problem.ts';
import { limitsOf, reachOf } from './reach.ts';

/** What hosts with the same groups and the same site share. */
interface Common {
  readonly groups: readonly string[];
  readonly settings: Settings;
}

type Rest = Omit<Host, 'id' | 'address'>;

/** Settings of which a host can have only one, so that two groups can disagree on them. */
const SINGLE = [
  'transport',
  'credential',
  'site',
  'via',
  'relay',
  'ring',
  'unit',
  'type',
  'role',
] as const;

/** Resolves host by host: defaults, then site, then groups in the order of the file, then the host itself. */
export class HostResolver {
  readonly #document: Document;
  readonly #folder: string;
  readonly #groups: ReadonlyMap<string, Group>;
  readonly #dynamic: readonly (readonly [string, Group])[];
  readonly #common = new Map<string, Common>();
  readonly #finished = new Map<Common, Rest>();
  readonly warnings: Problem[] = [];

  constructor(document: Document, folder: string) {
    this.#document = document;
    this.#folder = folder;
    this.#groups = document.groups ?? new Map<string, Group>();
    this.#dynamic = [...this.#groups].filter(([, group]) => group.match !== undefined);
  }

  resolve(member: Member): Host {
    const { name, address, settings } = member;
    const common = this.#withDynamicGroups(member, this.#commonOf(member, member.groups));
    const rest =
      settings === undefined || isOnlyNamed(settings)
        ? this.#shared(common)
        : this.#finish({ ...common, settings: merge(common.settings, settings) });
    return { id: hostId(name), address, ...rest };
  }

  /** Groups with `match` are asked once, about what the host is without them: rules cannot feed each other. */
  #withDynamicGroups(member: Member, common: Common): Common {
    if (this.#dynamic.length === 0) return common;
    const settings = merge(common.settings, member.settings ?? {});
    const joined = this.#dynamic
      .filter(
        ([, { match }]) => match && fits(match, member.name, { settings, groups: common.groups }),
      )
      .map(([name]) => name);
    return joined.length === 0
      ? common
      : this.#commonOf(member, new Set([...member.groups, ...joined]));
  }

  #commonOf(member: Member, memberOf: ReadonlySet<string>): Common {
    const groups =
      [...memberOf].length > 1
        ? [...this.#groups.keys()].filter((name) => memberOf.has(name))
        : [...memberOf];
    const ownSite = member.settings?.site?.name;
    const key = JSON.stringify([ownSite, groups]);
    const known = this.#common.get(key);
    if (known !== undefined) return known;
    this.#warnOfDisagreement(groups, member.name);
    const { sites, defaults = {} } = this.#document;
    const ofGroups = groups.map((name) => this.#groups.get(name) ?? {}).reduce<Settings>(merge, {});
    const site = ownSite ?? ofGroups.site?.name ?? defaults.site?.name;
    const ofSite = (site === undefined ? undefined : sites?.get(site)) ?? {};
    const common = { groups, settings: [ofSite, ofGroups].reduce<Settings>(merge, defaults) };
    this.#common.set(key, common);
    return common;
  }

  #warnOfDisagreement(groups: readonly string[], host: string): void {
    for (const key of SINGLE) {
      const setBy = groups.filter((name) => this.#groups.get(name)?.[key] !== undefined);
      const values = new Set(setBy.map((name) => plain(this.#groups.get(name)?.[key])));
      if (values.size < 2) continue;
      const winner = setBy.at(-1);
      this.warnings.push({
        code: 'inventory.groups-disagree',
        message: `host ${JSON.stringify(host)} is in ${setBy.join(' and ')}, which disagree on ${key}: that of ${winner} is used, it comes last`,
        hint: `set ${key} at the host, or in one group only`,
      });
    }
  }

  #shared(common: Common): Rest {
    const known = this.#finished.get(common);
    if (known !== undefined) return known;
    const rest = this.#finish(common);
    this.#finished.set(common, rest);
    return rest;
  }

  #finish({ groups, settings }: Common): Rest {
    const { client, credentials = new Map(), jumps = new Map() } = this.#document;
    return {
      labels: labelsOf(settings, groups, client),
      reach: reachOf(settings, { credentials, jumps, folder: this.#folder }),
      limits: limitsOf(settings),
    };
  }
}

/** Thousands of hosts with a name and an address can share what else there is to say of them. */
function isOnlyNamed(settings: HostSettings): boolean {
  return Object.keys(settings).every((key) => key === 'name' || key === 'address');
}

type Plain = string | { readonly name: string };

function plain(value: Plain | readonly Plain[] | undefined): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return 'name' in value ? value.name : value.map(plain).join(', ');
}
