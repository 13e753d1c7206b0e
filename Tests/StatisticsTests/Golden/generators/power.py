"""Power of t tests by statsmodels. Usage: python power.py <folder with cases/>"""
import json,sys,warnings
from statsmodels.stats.power import TTestIndPower
p=TTestIndPower()
i=0
for eff,n1,r in [(0.5,20,1),(0.2,100,2),(0.8,12,0.5),(0.1,500,1),(0.35,40,1.5),(1.2,8,1),(0.05,3000,3),(0.25,199.5,0.7),(2.5,4,1),(0.15,800,0.25),(0.4,6,1),(0.3,1000,1),(0.6,30,4),(0.9,2.5,1),(0.02,20000,1)]:
  for alt,key in (("two-sided","alpha_two_sided"),("larger","alpha_one_sided")):
    for alpha in (0.05,0.01):
        args={"effect_size":eff,"n1":n1,"ratio":r,key:alpha}
        e={"power":p.power(eff,n1,alpha,ratio=r,alternative=alt)}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try: e["n1_for_80"]=float(p.solve_power(effect_size=eff,nobs1=None,alpha=alpha,power=.8,ratio=r,alternative=alt))
            except Exception as x: print("n1",args,x)
            try: e["mde_80"]=float(p.solve_power(effect_size=None,nobs1=n1,alpha=alpha,power=.8,ratio=r,alternative=alt))
            except Exception as x: print("mde",args,x)
        e={k:float(v) for k,v in e.items() if v==v}
        json.dump({"case":f"power_{i}","method":"power_t_test","input":None,"arguments":args,"expected":e,"tolerance":{"rel":1e-6,"abs":1e-9},"source":"Python statsmodels 0.15.0: TTestIndPower (noncentral t)"},open(f"{sys.argv[1]}/cases/power_{i:02d}.json","w"),indent=1); i+=1
