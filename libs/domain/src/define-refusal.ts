import { Refusal, type RefusalDefinition, type RefusalDetails, REFUSALS } from './refusal';

/** What a refusal of an extension means: `forbidden` is answered with 403, `conflict` with 422, `limited` with 429 and `Retry-After`. */
export const DEFINABLE_KINDS = ['forbidden', 'conflict', 'limited'] as const;

/** What a refusal of an extension may say about this case. `retryAfter`: whole seconds, for `limited`. */
export type DefinedDetails = Pick<RefusalDetails, 'detail' | 'retryAfter'>;

/** The kind and the title of a refusal that an extension defines. */
export interface RefusalOptions {
  readonly kind: (typeof DEFINABLE_KINDS)[number];
  /** Shown to the caller; the same for all cases. */
  readonly title: string;
}

/** The class of one refusal. */
export type DefinedRefusal = new (details?: DefinedDetails) => Refusal;

/** 1 to 64 characters. */
const NAME = /^(?=.{1,64}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

const defined = new Map<string, RefusalDefinition>();

/** The refusals of extensions, in the order of their definition. */
export const definedRefusals = (): readonly RefusalDefinition[] => [...defined.values()];

/**
 * Defines a refusal of an extension: a class to throw. It is answered as a problem of the type `urn:scoreboard:problem:<name>`. Call it once for each
 * name, when the module is loaded. Throws if the name is taken, by this product or by another extension, or if an argument is not valid.
 */
export function defineRefusal(name: string, { kind, title }: RefusalOptions): DefinedRefusal {
  if (!NAME.test(name)) throw new Error(`The name of a refusal must be 1 to 64 characters, such as daily-cap, not "${name}".`);
  if (Object.hasOwn(REFUSALS, name) || defined.has(name)) throw new Error(`The refusal ${name} exists already; choose another name.`);
  if (!DEFINABLE_KINDS.includes(kind)) throw new Error(`The kind of the refusal ${name} must be one of ${DEFINABLE_KINDS.join(', ')}, not "${kind}".`);
  if (typeof title !== 'string' || !title.trim()) throw new Error(`The refusal ${name} must have a title.`);
  const definition: RefusalDefinition = { code: name, kind, title };
  defined.set(name, definition);
  return class extends Refusal {
    constructor({ detail, retryAfter }: DefinedDetails = {}) {
      super(definition, { detail, retryAfter });
    }
  };
}
