# At the prompt a model shows what print shows of it; within a list, its first line's beginning.
printf 'm = mlp(2, [3, 1])\n[m]\nlinear(1, 1)\ndropout(0.5)\nsgd(m)\n' | $SGRAD -i -q -n | sed 's/^\(> \)*//; /^$/d'
# expect: mlp(2, [3, 1]): 13 parameters
# expect:   layers[0]  2 -> 3  relu      9
# expect:   layers[1]  3 -> 1  identity  4
# expect: [mlp(2, [3, 1])]
# expect: linear(1, 1): 1 -> 1, identity, 2 parameters
# expect: dropout(0.5)
# expect: sgd(13 parameters, lr=0.001, momentum=0, dampening=0, weight_decay=0, nesterov=false, maximize=false)
