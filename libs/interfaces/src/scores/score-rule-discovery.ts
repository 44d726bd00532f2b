import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { type BeforeSubmit, ScoreRules } from '@scoreboard/application';
import { SCORE_RULE } from './score-rule.decorator';

/** Finds the providers with `@ScoreRule()`, in all modules, and gives them to `ScoreRules`. One that cannot be a rule stops the start. */
@Injectable()
export class ScoreRuleDiscovery implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly rules: ScoreRules,
  ) {}

  onModuleInit(): void {
    const found = new Set<unknown>();
    for (const provider of this.discovery.getProviders()) {
      const rule = provider.instance as Partial<BeforeSubmit> | undefined;
      // The class of a provider with a factory is known only by its instance.
      const type = [provider.metatype, rule?.constructor].find((one) => one && Reflect.hasMetadata(SCORE_RULE, one));
      if (!type || found.has(rule)) continue;
      found.add(rule);
      const { name } = type;
      if (!provider.isDependencyTreeStatic()) throw new Error(`The score rule ${name} must have the default scope, and so must all that it injects: a rule is created once.`);
      if (typeof rule?.beforeSubmit !== 'function') throw new Error(`The score rule ${name} must have a method beforeSubmit.`);
      this.rules.add(name, rule as BeforeSubmit);
    }
  }
}
