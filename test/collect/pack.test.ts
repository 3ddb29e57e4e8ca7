import { beforeAll, expect, test } from 'vitest';
import type { Parser } from 'web-tree-sitter';
import { asFunctionBody, packedScript } from '../../src/collect/pack.ts';
import { collectorScript, collectorSections } from '../../src/collect/script.ts';
import { powershellParser, syntaxErrors } from './parse-powershell.ts';

const packed = packedScript(collectorSections());
let parser: Parser;
beforeAll(async () => {
  parser = await powershellParser();
});

test('the packed script parses, is ASCII, and has lines that Windows editors take', () => {
  const tree = parser.parse(packed);
  expect(tree && syntaxErrors(tree.rootNode)).toEqual([]);
  expect(packed).toMatch(/^[\r\n\t -~]*$/);
  expect(packed.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
});

test('it holds the whole collector, with nothing that would end whoever calls it', () => {
  const inside = asFunctionBody(collectorScript('bundle00')).replaceAll('\n', '\r\n');
  expect(packed).toContain(inside);
  expect(packed).not.toMatch(/^\s*exit\b/m);
  const count = (text: string, line: RegExp): number => text.match(line)?.length ?? 0;
  const script = collectorScript('bundle00');
  const ends = count(script, /^\s*exit 0$/gm);
  expect(ends).toBeGreaterThan(0);
  expect(count(asFunctionBody(script), /^\s*return$/gm) - count(script, /^\s*return$/gm)).toBe(
    ends,
  );
});

test('it calls no .NET around the collector, so that constrained language runs it', () => {
  const around = packed.slice(packed.lastIndexOf("Write-Host 'patchwhy reads"));
  expect(around).not.toMatch(/\[[A-Z][\w.]+\]::|New-Object|Add-Type|ExecutionPolicy/);
  expect(packed).not.toContain('-ExecutionPolicy');
});
