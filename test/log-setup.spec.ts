import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { findBinary, projectRoot } from '@scoreboard/harness';

interface Asked {
  readonly what: string;
  readonly body: string;
}

const STREAM = 'logs-scoreboard-default';
const ROLLOVER = `POST /${STREAM}/_rollover?lazy=true`;
const TEMPLATE = 'PUT /_index_template/scoreboard-logs';

/** A fake Elasticsearch: stores what is put and creates indices, as far as the scripts can see. */
class Store {
  readonly asked: Asked[] = [];
  template = '';
  /** The template of each index of the stream; the last index is the write index. */
  readonly indices: string[] = [];
  /** The request that is refused. */
  refused = '';
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      void text(request).then((body) => {
        const what = `${request.method} ${request.url}`;
        this.asked.push({ what, body });
        const answer = what === this.refused ? undefined : this.answer(what, body);
        response.writeHead(what === this.refused ? 403 : answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? { error: 'refused' }));
      });
    });
  }

  private answer(what: string, body: string): object | undefined {
    const names = this.indices.map((_, at) => `.ds-${STREAM}-${at}`);
    const index = names.findIndex((name) => what.startsWith(`GET /${name}/_mapping?`));
    if (what.startsWith(`GET /_data_stream/${STREAM}?`)) return names.length ? { data_streams: [{ indices: names.map((index_name) => ({ index_name })) }] } : undefined;
    if (index >= 0) return { [names[index]!]: { mappings: { _meta: (JSON.parse(this.indices[index]!) as { template: { mappings: { _meta: object } } }).template.mappings._meta } } };
    if (what === TEMPLATE) this.template = body;
    if (what === ROLLOVER) this.indices.push(this.template);
    return what.startsWith('GET') ? undefined : { acknowledged: true };
  }

  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
  }

  /** The changing requests since the last call. */
  changes(): string[] {
    return this.asked.splice(0).map(({ what }) => what).filter((what) => !what.startsWith('GET'));
  }
}

const run = (script: string, url: string) => promisify(execFile)('sh', [join(projectRoot(), 'deploy/observability', script), url]);

const NAME = 'the scripts that prepare Elasticsearch and Kibana';
if (!findBinary('curl')) describe(NAME, () => it.skip('NONE OF THIS WAS TESTED: curl is not installed', () => undefined));
else describe(NAME, () => {
  let store: Store;
  let url: string;
  beforeEach(async () => {
    store = new Store();
    url = await store.listen();
  });
  afterEach(() => store.close());

  const PUTS = ['PUT /_ilm/policy/scoreboard-logs', TEMPLATE];
  const ofVersion = (version: number, template: string) => template.replace(/"version": \d+/, `"version": ${version}`);

  it('put the policy and the template again on each run, and roll over the index if the template version changed', async () => {
    await run('elasticsearch/setup.sh', url);
    expect(store.changes()).toEqual(PUTS);
    expect(JSON.parse(store.template)).toMatchObject({ index_patterns: ['logs-scoreboard-*'], template: { settings: { 'index.lifecycle.name': 'scoreboard-logs' } } });
    await run('elasticsearch/setup.sh', url);
    expect(store.changes()).toEqual(PUTS);
    store.indices.push(store.template, ofVersion(0, store.template));
    await run('elasticsearch/setup.sh', url);
    expect(store.changes()).toEqual([...PUTS, ROLLOVER]);
    await run('elasticsearch/setup.sh', url);
    expect(store.changes()).toEqual(PUTS);
  });

  it('roll over on the next run if the server refused the rollover', async () => {
    await run('elasticsearch/setup.sh', url);
    store.indices.push(ofVersion(0, store.template));
    store.refused = ROLLOVER;
    await expect(run('elasticsearch/setup.sh', url)).rejects.toMatchObject({ stdout: expect.stringContaining('refused'), stderr: expect.stringContaining('403') });
    store.refused = '';
    store.changes();
    await run('elasticsearch/setup.sh', url);
    expect(store.changes()).toEqual([...PUTS, ROLLOVER]);
  });

  it('do not mistake a refusal for a missing stream', async () => {
    store.refused = `GET /_data_stream/${STREAM}?filter_path=data_streams.indices.index_name`;
    await expect(run('elasticsearch/setup.sh', url)).rejects.toMatchObject({ stderr: expect.stringContaining('403') });
  });

  it('create or replace the data view of Kibana', async () => {
    for (let times = 0; times < 2; times++) {
      await run('kibana/setup.sh', url);
      const [{ what, body }] = store.asked.splice(0) as [Asked];
      expect(what).toBe('POST /api/data_views/data_view');
      expect(JSON.parse(body)).toMatchObject({ override: true, data_view: { title: 'logs-scoreboard-*', timeFieldName: '@timestamp' } });
    }
  });

  it('fail with the reason if the server cannot be reached', async () => {
    store.close();
    await expect(run('kibana/setup.sh', 'http://127.0.0.1:1')).rejects.toMatchObject({ code: 7, stderr: expect.stringContaining('127.0.0.1') });
  });
});
