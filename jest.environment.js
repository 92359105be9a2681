import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Node as it is: in jest's own environment each look at a global, such as Math or Buffer, asks a proxy and takes twenty
 * times as long.
 */
export default class PlainNode extends TestEnvironment {
  constructor(...options) {
    const { createContext } = vm;
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...options);
    } finally {
      vm.createContext = createContext;
    }
  }
}
