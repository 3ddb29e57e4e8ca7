/** Labels: what the inventory says of a host that reports group by and patterns select by. */
import type { Labels } from '../core/host.ts';
import type { Settings } from './format.ts';

/** In the order in which they are shown. */
export const LABEL_KEYS = [
  'client',
  'site',
  'group',
  'ring',
  'unit',
  'type',
  'role',
  'location',
  'relay',
  'tags',
] as const;
export type LabelKey = (typeof LABEL_KEYS)[number];

/** `group` and `tags` hold several values, joined by commas. */
export function labelsOf(
  settings: Settings,
  groups: readonly string[],
  client: string | undefined,
): Labels {
  const values: Readonly<Record<LabelKey, string | undefined>> = {
    client,
    site: settings.site?.name,
    group: groups.join(','),
    ring: settings.ring,
    unit: settings.unit,
    type: settings.type,
    role: settings.role,
    location: settings.location,
    relay: settings.relay?.name,
    tags: settings.tags?.join(','),
  };
  const labels: Record<string, string> = {};
  for (const key of LABEL_KEYS) {
    const value = values[key];
    if (value !== undefined && value !== '') labels[key] = value;
  }
  return labels;
}
