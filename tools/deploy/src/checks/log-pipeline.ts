import { read, readYaml, unless } from './check';
import { type Compose, readCompose } from './compose';

const FOLDER = 'deploy/observability';

type Fields = Readonly<Record<string, unknown>>;

interface Filebeat {
  readonly 'filebeat.inputs': readonly (Fields & { paths: readonly string[]; parsers: readonly { container?: object; ndjson?: Fields }[] })[];
  readonly 'processors': readonly { drop_event?: { when: { not: { regexp: Readonly<Record<string, string>> } } } }[];
  readonly 'output.logstash': { readonly hosts: readonly string[] };
}

interface IndexTemplate {
  readonly index_patterns: readonly string[];
  readonly data_stream?: object;
  readonly template: { readonly settings: Fields; readonly mappings: { _meta?: { version?: number }; dynamic: unknown; properties: Fields } };
}

/** Whether the stations of the logs name each other rightly: Filebeat, Logstash, Elasticsearch's template and retention. It starts none of them. */
export function logPipeline(root: string): string[] {
  const text = (file: string) => read(root, `${FOLDER}/${file}`);
  const compose = readCompose(root).services;
  const template = JSON.parse(text('elasticsearch/index-template.json')) as IndexTemplate;
  return [
    ...filebeatMistakes(readYaml(root, `${FOLDER}/filebeat/filebeat.yml`), text('logstash/pipeline/scoreboard.conf'), compose),
    ...logstashMistakes(text('logstash/pipeline/scoreboard.conf'), template, compose),
    ...templateMistakes(template, text('elasticsearch/ilm-policy.json'), text('elasticsearch/setup.sh')),
  ];
}

function filebeatMistakes(filebeat: Filebeat, logstash: string, compose: Compose['services']): string[] {
  const inputs = filebeat['filebeat.inputs'];
  const parsers = inputs.flatMap((input) => input.parsers);
  const ndjson = parsers.find((parser) => parser.ndjson)?.ndjson ?? {};
  const ours = filebeat.processors.find((processor) => processor.drop_event)?.drop_event?.when.not.regexp['service.name'];
  const hosts = filebeat['output.logstash'].hosts.map((host) => host.split(':'));
  const { command = [], healthcheck } = compose['filebeat'] ?? {};
  // The file is the user's who checked it out, and not root's: the command and the health check have to put up with that.
  const flags = command.filter((word) => word.startsWith('--'));
  return [
    ...unless(flags.every((flag) => healthcheck?.test?.includes(flag)), `filebeat: its health check reads the configuration without ${flags.join(' ')}`),
    ...inputs.flatMap(({ paths }) => unless(paths.every((path) => path.endsWith('-json.log*')), 'filebeat: does not read what Docker has rotated')),
    ...inputs.flatMap((input) => unless(input['close.on_state_change.removed'] === false && input['clean_removed'] === false, 'filebeat: lets go of a file that is removed before it was read')),
    ...unless(parsers[0]?.container, 'filebeat: does not take the container engine\'s wrapping off first'),
    ...unless(ndjson['target'] === '' && ndjson['expand_keys'] && ndjson['overwrite_keys'], 'filebeat: a line\'s fields, with dots, do not become those of the event'),
    ...unless(ours && ['api', 'worker', 'gateway', 'standalone', 'nginx'].every((role) => new RegExp(ours).test(`scoreboard-${role}`)), 'filebeat: drops lines of ours'),
    ...hosts.flatMap(([host, port]) => [
      ...unless(compose[host!], `filebeat: sends to ${host}, which does not exist`),
      ...unless(new RegExp(`port => ${port}\\b`).test(logstash), `filebeat: sends to port ${port}, where Logstash does not listen`),
    ]),
  ];
}

function logstashMistakes(logstash: string, template: IndexTemplate, compose: Compose['services']): string[] {
  const option = (name: string) => new RegExp(`\\b${name} => "?(\\w+)"?`).exec(logstash)?.[1];
  const stream = ['data_stream_type', 'data_stream_dataset', 'data_stream_namespace'].map(option).join('-');
  const host = /hosts => \["https?:\/\/([\w-]+):\d+"\]/.exec(logstash)?.[1];
  return [
    ...unless(compose[host ?? ''], `logstash: sends to ${host}, which does not exist`),
    ...unless(option('data_stream') === 'true' && option('manage_template') === 'false', 'logstash: does not write into a data stream with our template'),
    ...unless(template.index_patterns.some((pattern) => new RegExp(`^${pattern.replace('*', '.*')}$`).test(stream)), `logstash: writes to ${stream}, which no pattern of the template fits`),
  ];
}

function templateMistakes({ data_stream, template }: IndexTemplate, policy: string, setup: string): string[] {
  const { phases } = (JSON.parse(policy) as { policy: { phases: Readonly<Record<string, { min_age?: string; actions: Readonly<Record<string, unknown>> }>> } }).policy;
  const { mappings, settings } = template;
  return [
    ...unless(data_stream, 'elasticsearch: the template makes no data stream'),
    ...unless(mappings.dynamic === false, 'elasticsearch: a field that nobody knows would be added to the mapping'),
    ...unless(mappings._meta?.version, 'elasticsearch: the mapping bears no version, so setup.sh cannot tell an older one'),
    ...unless(mappings.properties['@timestamp'], 'elasticsearch: a data stream needs @timestamp'),
    ...unless(phases['hot']?.actions['rollover'] && phases['delete']?.min_age && phases['delete'].actions['delete'], 'elasticsearch: lines are kept for ever'),
    ...unless(setup.includes(`_ilm/policy/${settings['index.lifecycle.name']}"`), `elasticsearch: setup.sh does not put the policy ${settings['index.lifecycle.name']}`),
  ];
}
